// The tests of harness/, inside of the extension host.

import assert from "node:assert/strict";
import path from "node:path";
import { AGES, DEFAULT_MODEL, FAKE_MODEL, LARGEST_FIRST, REAL_MODEL, testInWorkbench } from "./workbench.mjs";

const harness = path.join(import.meta.dirname, "harness");

async function runHarness(workbench) {
  const [code, lines] = await workbench.runTests(harness);
  const told = lines.filter((line) => /^(ok|not ok) /.test(line));
  console.log(told.join("\n"));
  assert.equal(code, 0);
  assert.ok(told.length > 0);
}

testInWorkbench(
  "in the extension host, with a silent model",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL, driver: true },
  runHarness,
);

testInWorkbench(
  "in the extension host, with two folders",
  {
    files: {
      "one/ages.py": AGES,
      "two/ages.py": AGES,
      "two/.vscode/settings.json": JSON.stringify({ "refute.run": "manual" }),
      "both.code-workspace": JSON.stringify({ folders: [{ path: "one" }, { path: "two" }] }),
    },
    settings: FAKE_MODEL,
    environment: { REFUTE_TESTS: "folders" },
    driver: true,
  },
  runHarness,
);

testInWorkbench(
  "in the extension host, with the default model",
  {
    files: { "words.py": LARGEST_FIRST },
    settings: DEFAULT_MODEL,
    environment: { ...REAL_MODEL, REFUTE_TESTS: "real" },
    driver: true,
  },
  runHarness,
);
