import assert from "node:assert/strict";
import { test } from "node:test";
import { functionAt, mended } from "../../client-vscode/src/core/functions";
import { verdict } from "./examples";

const at = (line: number) => ({ line, character: 0 });

test("the innermost function around the cursor is found", () => {
  const functions = [verdict("outer", 0, 9), verdict("outer.inner", 2, 4), verdict("later", 11, 12)];
  assert.equal(functionAt(functions, at(3))?.function, "outer.inner");
  assert.equal(functionAt(functions, at(7))?.function, "outer");
  assert.equal(functionAt(functions, at(11))?.function, "later");
});

test("between functions there is none", () => {
  assert.equal(functionAt([verdict("one", 0, 2)], at(5)), undefined);
});

test("a function is mended when it was violated and holds", () => {
  const before = [verdict("a", 0, 1, { verdict: "violated" }), verdict("b", 2, 3, { verdict: "holds" })];
  const now = [verdict("a", 0, 1, { verdict: "holds" }), verdict("b", 2, 3, { verdict: "holds" })];
  assert.deepEqual(
    mended(before, now).map((known) => known.function),
    ["a"],
  );
});

test("an outdated verdict mends nothing", () => {
  const before = [verdict("a", 0, 1, { verdict: "violated" })];
  assert.deepEqual(mended(before, [verdict("a", 0, 1, { verdict: "holds", outdated: true })]), []);
});
