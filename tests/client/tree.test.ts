import assert from "node:assert/strict";
import { test } from "node:test";
import { nodesOf } from "../../client-vscode/src/core/tree";
import { counterexample, property, verdict } from "./examples";

const violated = property("p", { ruling: "violated", counterexample: counterexample({ x: "0" }, "-1") });

test("a violated function fails, described by its first counterexample", () => {
  const known = verdict("f", 0, 3, {
    verdict: "violated",
    properties: [property("h"), violated, { ...violated, id: "q" }],
  });
  const [node] = nodesOf([known]);
  assert.equal(node?.description, "x=0 gives -1");
  assert.deepEqual(node?.result, { kind: "failed", message: "f: 2 violated" });
});

test("a violated property fails with its counterexample, told once", () => {
  const explained = { ...counterexample({ x: "0" }, "-1"), explanation: "x=0 gives -1; it should not be negative" };
  const properties = [violated, { ...violated, id: "q", counterexample: explained }];
  const [node] = nodesOf([verdict("f", 0, 3, { verdict: "violated", properties })]);
  assert.deepEqual(
    node?.children.map(({ result }) => result),
    [
      { kind: "failed", message: "violated: statement p (docstring)\nx=0 gives -1" },
      { kind: "failed", message: "violated: statement p (docstring)\nx=0 gives -1; it should not be negative" },
    ],
  );
});

test("a function that holds passes, with the time it took", () => {
  assert.deepEqual(nodesOf([verdict("f", 0, 1)])[0]?.result, { kind: "passed", milliseconds: 500 });
});

test("a function that was not checked is skipped, and says why", () => {
  const [node] = nodesOf([verdict("f", 0, 1, { verdict: "skipped", reason: "needs the network" })]);
  assert.deepEqual([node?.result?.kind, node?.description], ["skipped", "needs the network"]);
});

test("a function that nobody has looked at has no result", () => {
  assert.equal(nodesOf([verdict("f", 0, 1, { verdict: null })])[0]?.result, undefined);
});

test("properties stand below their function, but for those that say nothing", () => {
  const rulings = ["violated", "suggested", "holds", "vacuous", "rejected", "dismissed", "error"] as const;
  const properties = rulings.map((ruling) => property(ruling, { ruling }));
  const [node] = nodesOf([verdict("f", 0, 1, { properties })]);
  assert.deepEqual(
    node?.children.map(({ id, result }) => [id, result?.kind]),
    [
      ["violated", "failed"],
      ["suggested", "skipped"],
      ["holds", "passed"],
    ],
  );
});
