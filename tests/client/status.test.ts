import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerStatus } from "../../client-vscode/src/core/protocol";
import { ACTIONS, type ClientState, statusView } from "../../client-vscode/src/core/status";

const ready: ServerStatus = {
  model: { state: "ready", name: "qwen", backend: "CPU", detail: "", tokensPerSecond: 27.5 },
  interpreter: "/venv/bin/python",
  interpreterProblem: null,
  hypothesis: "6.170.15, the project's own",
  sandbox: ["fs-read", "memory", "network", "time"],
  sandboxMissing: [],
  queued: 0,
  paused: false,
  waiting: null,
};

const NO_INTERPRETER = { interpreter: null, interpreterProblem: "/usr/bin/python is Python 3.8" } as const;

const running = (changes: Partial<ServerStatus> = {}): ClientState => ({
  kind: "running",
  status: { ...ready, ...changes },
  warnings: [],
});
const model = (state: ServerStatus["model"]["state"], detail = ""): ClientState =>
  running({ model: { ...ready.model, state, detail } });
const text = (state: ClientState, percent?: number) =>
  statusView(state, percent === undefined ? undefined : { percent }).text;

test("ready says little", () => {
  assert.equal(text(running()), "$(check) Refute");
});

test("the tooltip tells model, backend, speed, interpreter and sandbox", () => {
  const facts = statusView(running(), undefined).facts.join("\n");
  assert.match(facts, /qwen on CPU, 28 tokens\/s \(ready\)/);
  assert.match(facts, /\/venv\/bin\/python/);
  assert.match(facts, /6\.170\.15/);
  assert.match(facts, /Sandbox: functions cannot read your files or use the network; memory and time are bounded/);
});

test("what the sandbox does not enforce is said with the reason", () => {
  const sandboxMissing = ["namespaces: Operation not permitted", "files: this kernel has no Landlock"];
  const { facts } = statusView(running({ sandboxMissing }), undefined);
  assert.ok(facts.includes("Not enforced here: a second wall of Linux namespaces (Operation not permitted)"));
  assert.ok(facts.includes("Not enforced here: files (this kernel has no Landlock)"));
});

test("a sandbox that is off is not called one that bounds time", () => {
  const off = { sandbox: ["time"], sandboxMissing: ["everything: the sandbox is off"] };
  const { facts } = statusView(running(off), undefined);
  assert.deepEqual(
    facts.filter((fact) => /sandbox|enforced/i.test(fact)),
    ["Sandbox: off. Functions run with your own rights"],
  );
});

test("a sandbox that was not started yet is not called off", () => {
  const { facts } = statusView(running({ sandbox: [] }), undefined);
  assert.ok(facts.includes("Sandbox: not started yet"));
});

test("checks that wait are said with the reason", () => {
  const state = running({ waiting: "the machine runs on its battery" });
  assert.match(text(state), /waiting$/);
  assert.match(statusView(state, undefined).facts.join("\n"), /wait, since the machine runs on its battery/);
});

test("functions that are being checked are counted", () => {
  assert.match(text(running({ queued: 1 })), /checking 1 function$/);
  assert.match(text(running({ queued: 12 })), /checking 12 functions$/);
});

test("a missing model is said, with the download as the first thing to do", () => {
  const view = statusView(model("missing", "run: refute model pull"), undefined);
  assert.match(view.text, /no model/);
  assert.equal(view.actions[0], ACTIONS.download);
  assert.match(view.facts.join(), /refute model pull/);
});

test("a model that is switched off is no reason for complaint", () => {
  assert.equal(statusView(model("off"), undefined).severity, "normal");
  assert.equal(text(model("off")), "$(check) Refute");
});

test("a download shows how far it is", () => {
  assert.match(text(model("missing"), 43.9), /downloading 43 %$/);
});

test("a download is what the text says, also while functions are being checked", () => {
  assert.match(text(running({ queued: 2 }), 10), /downloading 10 %$/);
});

test("paused offers to resume first", () => {
  const view = statusView(running({ paused: true, queued: 3 }), undefined);
  assert.match(view.text, /paused/);
  assert.equal(view.actions[0], ACTIONS.resume);
  assert.ok(!view.actions.includes(ACTIONS.pause));
});

test("no interpreter comes before everything that needs one", () => {
  const view = statusView(running({ ...NO_INTERPRETER, queued: 3, paused: true }), undefined);
  assert.match(view.text, /no interpreter/);
  assert.equal(view.severity, "warning");
  assert.equal(view.actions[0], ACTIONS.interpreter);
});

test("an interpreter that was not needed yet is no reason for complaint", () => {
  const view = statusView(running({ interpreter: null, hypothesis: null }), undefined);
  assert.equal(view.text, "$(check) Refute");
  assert.ok(view.facts.includes("Interpreter: looked for when a function is run"));
});

test("a failure tells its reason and offers to retry", () => {
  const view = statusView({ kind: "failed", reason: "No module named refute" }, undefined);
  assert.equal(view.severity, "error");
  assert.deepEqual(view.facts, ["No module named refute"]);
  assert.equal(view.actions[0], ACTIONS.retry);
});

test("until the server says how it is, it is starting", () => {
  assert.equal(text({ kind: "running", status: undefined, warnings: [] }), text({ kind: "starting" }));
});

test("an untrusted workspace offers nothing that would run", () => {
  assert.deepEqual(statusView({ kind: "untrusted" }, undefined).actions, [ACTIONS.trust]);
});

test("warnings of the server are facts, each told once", () => {
  const detail = "run: refute model pull";
  const status = { ...ready, model: { ...ready.model, state: "missing", detail } } as const;
  const { facts } = statusView(
    { kind: "running", status, warnings: [detail, "examples = 'many' is not usable"] },
    undefined,
  );
  assert.equal(facts.filter((fact) => fact.includes(detail)).length, 1);
  assert.ok(facts.includes("Warning: examples = 'many' is not usable"));
});

test("no action is offered twice", () => {
  const states = [running(), running({ paused: true }), model("missing"), model("failed"), running(NO_INTERPRETER)];
  for (const state of states) {
    const { actions } = statusView(state, undefined);
    assert.equal(new Set(actions).size, actions.length);
  }
});
