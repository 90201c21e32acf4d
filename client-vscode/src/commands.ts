/** What the `Refute:` commands of the palette do. */

import * as vscode from "vscode";
import { act, type Place } from "./actions";
import type { Purpose } from "./core/actions";
import { functionAt } from "./core/functions";
import type { CheckRequest, FunctionName } from "./core/protocol";
import type { Downloads } from "./downloads";
import type { InputsPanel } from "./inputs";
import { selectInterpreter } from "./interpreter";
import type { Server } from "./server";
import type { StatusItem } from "./statusitem";
import type { Verdicts } from "./verdicts";
import { activePython, setContext, tell } from "./vscodeapi";

export interface Parts {
  readonly server: Server;
  readonly verdicts: Verdicts;
  readonly status: StatusItem;
  readonly downloads: Downloads;
  readonly inputs: InputsPanel;
  readonly log: vscode.LogOutputChannel;
  readonly extensionId: string;
}

/** What a command is given: nothing by the palette, a name by a link, an item by the Testing view. */
type Given = FunctionName | vscode.TestItem | undefined;

export function registerCommands(parts: Parts): readonly vscode.Disposable[] {
  const { server, status, downloads, inputs, log, extensionId } = parts;
  const perform = (purpose: Purpose, preview = false) => {
    return () => withFunction(parts, (place) => act(server, place, purpose, preview));
  };
  const commands: Readonly<Record<string, (given: Given) => unknown>> = {
    checkFile: () => checkFile(parts),
    checkFunction: (given) => withName(parts, given, (name) => check(parts, name)),
    showInputs: (given) => withName(parts, given, (name) => inputs.show(name)),
    applyFix: perform("fix"),
    previewFix: perform("fix", true),
    keepCounterexample: perform("keep"),
    pinProperty: perform("pin"),
    dismissProperty: perform("dismiss"),
    restoreProperty: perform("restore"),
    narrowDomain: perform("narrow"),
    widenDomain: perform("widen"),
    implementFunction: perform("implement"),
    pauseChecking: () => server.execute("refute.pause"),
    resumeChecking: () => server.execute("refute.resume"),
    downloadModel: () => downloads.start(),
    selectInterpreter,
    restartServer: () => server.restart(),
    showMenu: () => status.menu(),
    showLog: () => log.show(),
    openSettings: () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId}`),
    showWalkthrough: () => showWalkthrough(extensionId),
  };
  return Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(`refute.${name}`, command));
}

/**
 * Open the walkthrough. VS Code may read what completes its steps only then, and from there on wants to see it happen:
 * for what was done before, the key that is set afterwards makes it so.
 */
async function showWalkthrough(extensionId: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extensionId}#start`);
  await setContext("walkthroughShown", true);
}

async function checkFile(parts: Parts): Promise<void> {
  const editor = activePython();
  if (editor === undefined) {
    tell("Open a Python file first.");
    return;
  }
  await check(parts, { uri: editor.document.uri.toString() });
}

/** With the function around the cursor; where there is none, that is said. */
async function withFunction({ verdicts }: Parts, use: (place: Place) => Promise<void>): Promise<void> {
  const editor = activePython();
  const known = editor && functionAt(verdicts.of(editor.document.uri)?.functions ?? [], editor.selection.active);
  if (editor === undefined || known === undefined) {
    tell("Put the cursor into a Python function first.");
    return;
  }
  await use({ document: editor.document, known });
}

/** With the function that a command was given, else with the one around the cursor. */
async function withName(parts: Parts, given: Given, use: (name: FunctionName) => Promise<void>): Promise<void> {
  const name = nameOf(given);
  await (name === undefined
    ? withFunction(parts, ({ document, known }) => use({ uri: document.uri.toString(), function: known.function }))
    : use(name));
}

function nameOf(given: Given): FunctionName | undefined {
  if (given === undefined || "function" in given) {
    return given;
  }
  // Below a file stand its functions, and below these their properties.
  const item = given.parent?.parent === undefined ? given : given.parent;
  return item.uri && item.parent ? { uri: item.uri.toString(), function: item.id } : undefined;
}

async function check({ server }: Parts, request: CheckRequest): Promise<void> {
  if (server.state.kind === "running") {
    await server.execute("refute.check", request);
  } else {
    await vscode.commands.executeCommand("refute.showMenu");
  }
}
