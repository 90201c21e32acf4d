import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineValues, inWords } from "../../client-vscode/src/core/counterexamples";
import { counterexample, property, verdict } from "./examples";

const violated = property("p", { ruling: "violated", counterexample: counterexample({ items: "[1, 0]" }, "[1, 0]") });

test("a counterexample reads as a sentence", () => {
  assert.equal(inWords(counterexample({ a: "1", b: "'x'" }, "2")), "a=1, b='x' gives 2");
  assert.equal(inWords({ ...counterexample({}, null), exception: "KeyError: 0" }), "the call raises KeyError: 0");
});

test("a value stands beside the name of the violated function", () => {
  const functions = [verdict("f", 3, 6, { verdict: "violated", properties: [property("q"), violated] })];
  assert.deepEqual(inlineValues(functions), [{ line: 3, text: "items=[1, 0] gives [1, 0]" }]);
});

test("where an exception arose, the value stands there", () => {
  const raised = { ...violated, counterexample: { ...counterexample({}, null), exception: "E: x", line: 6 } };
  assert.equal(inlineValues([verdict("f", 3, 6, { properties: [raised] })])[0]?.line, 5);
});

test("an exception that arose elsewhere leaves the value at the name", () => {
  const raised = { ...violated, counterexample: { ...counterexample({}, null), exception: "E: x", line: 60 } };
  assert.equal(inlineValues([verdict("f", 3, 6, { properties: [raised] })])[0]?.line, 3);
});

test("nothing stands beside an edited function, nor for a guess", () => {
  const guess = { ...violated, ruling: "suggested" } as const;
  assert.deepEqual(
    inlineValues([
      verdict("f", 0, 1, { outdated: true, properties: [violated] }),
      verdict("g", 2, 3, { properties: [guess] }),
    ]),
    [],
  );
});
