/** What the status item shows, decided from the state of the client, of the server and of a download. */

import type { ServerStatus } from "./protocol";
import { sandboxFacts } from "./sandbox";

export type ClientState =
  | { readonly kind: "untrusted" }
  | { readonly kind: "starting" }
  | { readonly kind: "installing"; readonly detail: string }
  | { readonly kind: "running"; readonly status: ServerStatus | undefined; readonly warnings: readonly string[] }
  | { readonly kind: "no interpreter"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** A model on its way; `percent` is undefined until its size is known. */
export interface Download {
  readonly percent: number | undefined;
}

export interface Action {
  readonly label: string;
  readonly command: string;
}

export interface StatusView {
  /** For the status bar, with icons as `$(name)`. */
  readonly text: string;
  readonly severity: "normal" | "warning" | "error";
  /** One fact in each line, for the tooltip and for screen readers. */
  readonly facts: readonly string[];
  /** What can be done now, the remedy first. */
  readonly actions: readonly Action[];
}

export const ACTIONS = {
  checkFile: { label: "$(play) Check This File", command: "refute.checkFile" },
  pause: { label: "$(debug-pause) Pause", command: "refute.pauseChecking" },
  resume: { label: "$(debug-continue) Resume", command: "refute.resumeChecking" },
  download: { label: "$(cloud-download) Download Model", command: "refute.downloadModel" },
  restart: { label: "$(debug-restart) Restart Server", command: "refute.restartServer" },
  retry: { label: "$(refresh) Retry", command: "refute.restartServer" },
  log: { label: "$(output) Show Log", command: "refute.showLog" },
  settings: { label: "$(gear) Open Settings", command: "refute.openSettings" },
  trust: { label: "$(workspace-trusted) Manage Workspace Trust", command: "workbench.trust.manage" },
  interpreter: { label: "$(symbol-misc) Select Interpreter", command: "refute.selectInterpreter" },
} as const satisfies Record<string, Action>;

export function statusView(state: ClientState, download: Download | undefined): StatusView {
  switch (state.kind) {
    case "untrusted":
      return view(
        "$(workspace-untrusted) Refute: not trusted",
        "normal",
        ["Nothing runs until this workspace is trusted."],
        [ACTIONS.trust],
      );
    case "starting":
      return view("$(loading~spin) Refute: starting", "normal", ["The language server is starting."], [ACTIONS.log]);
    case "installing":
      return view(
        "$(loading~spin) Refute: installing",
        "normal",
        ["The language server is being installed.", state.detail],
        [ACTIONS.log],
      );
    case "no interpreter":
      return view(
        "$(warning) Refute: no interpreter",
        "warning",
        [state.reason],
        [ACTIONS.interpreter, ACTIONS.retry, ACTIONS.log],
      );
    case "failed":
      return view("$(error) Refute: failed", "error", [state.reason], [ACTIONS.retry, ACTIONS.log, ACTIONS.settings]);
    case "running":
      return state.status === undefined
        ? view("$(loading~spin) Refute: starting", "normal", ["The language server is starting."], [ACTIONS.log])
        : runningView(state.status, state.warnings, download);
  }
}

function runningView(status: ServerStatus, warnings: readonly string[], download: Download | undefined): StatusView {
  const [text, severity, remedies] = headline(status, download);
  const everyday = [
    ACTIONS.checkFile,
    status.paused ? ACTIONS.resume : ACTIONS.pause,
    ACTIONS.settings,
    ACTIONS.log,
    ACTIONS.restart,
  ];
  const actions = [...remedies, ...everyday.filter((action) => !remedies.includes(action))];
  // What the model's warning says is told with the model.
  const told = warnings.filter((warning) => warning !== status.model.detail).map((warning) => `Warning: ${warning}`);
  return view(text, severity, [...facts(status, download), ...told], actions);
}

type Headline = readonly [text: string, severity: StatusView["severity"], remedies: readonly Action[]];

function headline(status: ServerStatus, download: Download | undefined): Headline {
  if (status.interpreterProblem !== null) {
    return ["$(warning) Refute: no interpreter", "warning", [ACTIONS.interpreter]];
  }
  if (status.paused) {
    return ["$(debug-pause) Refute: paused", "normal", [ACTIONS.resume]];
  }
  // Minutes of a download that the user asked for tell more than a check that comes and goes meanwhile.
  if (download !== undefined) {
    return [`$(cloud-download) Refute: downloading${percent(download)}`, "normal", []];
  }
  if (status.waiting !== null && status.queued === 0) {
    return ["$(watch) Refute: waiting", "normal", [ACTIONS.checkFile]];
  }
  if (status.queued > 0) {
    return [`$(loading~spin) Refute: checking ${functions(status.queued)}`, "normal", []];
  }
  switch (status.model.state) {
    case "missing":
      return ["$(circle-slash) Refute: no model", "normal", [ACTIONS.download]];
    case "failed":
      return ["$(warning) Refute: model failed", "warning", [ACTIONS.settings, ACTIONS.log]];
    case "loading":
      return ["$(loading~spin) Refute: loading model", "normal", []];
    case "busy":
      return ["$(loading~spin) Refute", "normal", []];
    case "ready":
    case "unloaded":
    case "off":
      return ["$(check) Refute", "normal", []];
  }
}

function facts(status: ServerStatus, download: Download | undefined): readonly string[] {
  const { model } = status;
  const speed = model.tokensPerSecond === null ? "" : `, ${model.tokensPerSecond.toFixed(0)} tokens/s`;
  const backend = model.backend === "" ? "" : ` on ${model.backend}${speed}`;
  const state = { off: "switched off", missing: "not on this machine", unloaded: "unloaded while idle" };
  const words = { loading: "loading", ready: "ready", busy: "at work", failed: "failed", ...state }[model.state];
  return [
    model.state === "off" ? "Model: switched off" : `Model: ${model.name}${backend} (${words})`,
    ...(model.detail === "" ? [] : [`Model: ${model.detail}`]),
    ...(download === undefined ? [] : [`Downloading the model${percent(download)}`]),
    `Interpreter: ${status.interpreterProblem ?? status.interpreter ?? "looked for when a function is run"}`,
    ...(status.hypothesis === null ? [] : [`Hypothesis: ${status.hypothesis}`]),
    ...sandboxFacts(status),
    ...(status.waiting === null ? [] : [`Checks wait, since ${status.waiting}`]),
    `Queue: ${status.queued === 0 ? "empty" : functions(status.queued)}`,
  ];
}

function percent(download: Download): string {
  return download.percent === undefined ? "" : ` ${Math.floor(download.percent)} %`;
}

function functions(count: number): string {
  return count === 1 ? "1 function" : `${count} functions`;
}

function view(
  text: string,
  severity: StatusView["severity"],
  facts: readonly string[],
  actions: readonly Action[],
): StatusView {
  return { text, severity, facts, actions };
}
