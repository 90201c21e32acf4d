import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, actionsFor, bare, purposeOf } from "../../client-vscode/src/core/actions";

const FIX: Action = { title: "Refute: use >= instead of >", isPreferred: true, data: { fix: "f1" } };
const KEEP: Action = { title: "Refute: keep the counterexample as a test", data: { test: "p1" } };
const PIN: Action = { title: "Refute: pin the property “it is sorted” as a test", data: { test: "p2" } };
const NARROW: Action = { title: "Refute: items is never empty", command: { command: "refute.narrow" } };
const DISMISS: Action = { title: "Refute: dismiss it", command: { command: "refute.dismiss" } };
const SKIP: Action = { title: "Refute: do not check f any more" };

test("actions are told apart by what they carry", () => {
  assert.deepEqual([FIX, KEEP, PIN, NARROW, DISMISS].map(purposeOf), ["fix", "keep", "pin", "narrow", "dismiss"]);
});

test("what has no command of its own is left to the menu of quick fixes", () => {
  assert.equal(purposeOf(SKIP), undefined);
});

test("a command is offered its own actions only", () => {
  assert.deepEqual(actionsFor([SKIP, DISMISS, FIX], "fix"), [FIX]);
  assert.deepEqual(actionsFor([FIX], "restore"), []);
});

test("beside Refute's own title an action needs no prefix", () => {
  assert.equal(bare(FIX.title), "Use >= instead of >");
});
