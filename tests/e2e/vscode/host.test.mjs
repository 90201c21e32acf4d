// The tests of harness/, inside of the extension host.

import assert from "node:assert/strict";
import { AGES, FAKE_MODEL, testInWorkbench } from "./workbench.mjs";

testInWorkbench(
  "in the extension host",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL, driver: true },
  async (workbench) => {
    const [code, lines] = await workbench.runTests(new URL("harness", import.meta.url).pathname);
    const told = lines.filter((line) => /^(ok|not ok) /.test(line));
    console.log(told.join("\n"));
    assert.equal(code, 0);
    assert.ok(told.length > 0);
  },
);
