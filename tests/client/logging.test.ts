import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLogLine } from "../../client-vscode/src/core/logging";

test("a line of the server's log keeps its level", () => {
  assert.deepEqual(parseLogLine("WARNING refute.server: slow disk", "info"), ["warn", "refute.server: slow disk"]);
});

test("a line without a level, as in a traceback, has that of the line before", () => {
  assert.deepEqual(parseLogLine('  File "x.py", line 1', "error"), ["error", '  File "x.py", line 1']);
  assert.deepEqual(parseLogLine("NOTE this", "info"), ["info", "NOTE this"]);
});
