/** Rules of the client's own house. */

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

const CLIENT = path.resolve(__dirname, "../..");
const manifest = JSON.parse(fs.readFileSync(path.join(CLIENT, "package.json"), "utf8"));
const commands: readonly { command: string; category: string }[] = manifest.contributes.commands;

test("modules of core know nothing of VS Code", () => {
  const core = path.join(CLIENT, "src/core");
  const knowing = fs
    .readdirSync(core)
    .filter((name) => /from "vscode/.test(fs.readFileSync(path.join(core, name), "utf8")));
  assert.deepEqual(knowing, []);
});

test("every command has the prefix Refute", () => {
  assert.deepEqual(
    commands.filter(({ category }) => category !== "Refute"),
    [],
  );
});

const walkthroughs = JSON.stringify(manifest.contributes.walkthroughs);

test("every command of the walkthrough and of the status menu is contributed", () => {
  const known = new Set(commands.map(({ command }) => command));
  const status = fs.readFileSync(path.join(CLIENT, "src/core/status.ts"), "utf8");
  const used = [...walkthroughs.matchAll(/command:(refute\.\w+)/g), ...status.matchAll(/"(refute\.\w+)"/g)];
  assert.deepEqual(
    used.map(([, name]) => name).filter((name) => name === undefined || !known.has(name)),
    [],
  );
  assert.ok(used.length > 0);
});

test("every context key of the walkthrough is one that the client sets", () => {
  const set = fs.readFileSync(path.join(CLIENT, "src/vscodeapi.ts"), "utf8");
  const used = [...walkthroughs.matchAll(/(?<!command:)refute\.(\w+)/g)].map(([, key]) => key);
  assert.deepEqual(
    used.filter((key) => !set.includes(`"${key}"`)),
    [],
  );
  assert.ok(used.length > 0);
});

test("pictures of the walkthrough are there", () => {
  for (const { steps } of manifest.contributes.walkthroughs) {
    for (const { media } of steps) {
      assert.ok(fs.existsSync(path.join(CLIENT, media.svg)), media.svg);
    }
  }
});

test("the lock file leaves it to each machine where packages come from", () => {
  assert.doesNotMatch(fs.readFileSync(path.join(CLIENT, "package-lock.json"), "utf8"), /"resolved"/);
});
