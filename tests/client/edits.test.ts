import assert from "node:assert/strict";
import { test } from "node:test";
import { replaced } from "../../client-vscode/src/core/edits";

const TEXT = "return age > 18";

test("without replacements a text stays as it is", () => {
  assert.equal(replaced(TEXT, []), TEXT);
});

test("replacements count from the text as it was, in whatever order they come", () => {
  const edits = [
    { start: 7, end: 10, text: "years" },
    { start: 11, end: 12, text: ">=" },
  ];
  assert.equal(replaced(TEXT, edits), "return years >= 18");
  assert.equal(replaced(TEXT, edits.toReversed()), "return years >= 18");
});

test("what is inserted before a replacement comes before it", () => {
  const edits = [
    { start: 0, end: 0, text: "# adult\n" },
    { start: 0, end: 6, text: "yield" },
  ];
  assert.equal(replaced(TEXT, edits), "# adult\nyield age > 18");
});
