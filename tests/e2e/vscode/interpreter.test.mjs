// The interpreter that is selected in the Python extension, and the server's own environment.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { AGES, FAKE_MODEL, ROOT, testInWorkbench, until, VENV_PYTHON } from "./workbench.mjs";

const HERE = import.meta.dirname;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "refute-pythons-"));
const vsix = path.join(folder, "python.vsix");
/** Two names for one interpreter: an environment is what stands in its path. */
const [first, second] = ["first", "second"].map((name) => path.join(folder, name, "bin/python"));

before(() => {
  const vsce = path.join(ROOT, "client-vscode/node_modules/.bin/vsce");
  const options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", vsix];
  execFileSync(vsce, ["package", ...options], { cwd: path.join(HERE, "python-extension"), stdio: "pipe" });
  for (const name of ["first", "second"]) {
    execFileSync(VENV_PYTHON, ["-m", "venv", "--without-pip", "--system-site-packages", path.join(folder, name)]);
  }
});
after(() => fs.rmSync(folder, { recursive: true }));

const { "refute.python": _, ...settings } = FAKE_MODEL;

testInWorkbench(
  "the selected interpreter is used, and another one from the moment it is selected",
  { files: { "ages.py": AGES }, settings, extensions: [vsix], environment: { PYTHONS: [first, second].join(":") } },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await workbench.ready.waitFor();
    const label = () => workbench.status.locator("a").first().getAttribute("aria-label");
    await until("the first interpreter", async () => (await label()).includes(first));
    await workbench.command("Python: Select Interpreter");
    await until("the second interpreter", async () => (await label()).includes(second));
    await workbench.picture("second");
    assert.equal(await page.locator(".notification-toast").count(), 0);
  },
);

testInWorkbench(
  "the extension installs the server that it carries, and then uses it",
  { files: { "ages.py": AGES }, settings: { "refute.python": VENV_PYTHON, "refute.model": "none" } },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await workbench.status.filter({ hasText: "installing" }).waitFor();
    await workbench.picture("installing");
    await workbench.ready.waitFor({ timeout: 180_000 });
    assert.equal(workbench.servers().length, 1);
    await workbench.command("Refute: Restart Server");
    await until("the same environment again", () => workbench.servers().length === 1);
    const environments = path.join(workbench.work, "user/User/globalStorage/refute.refute/server-env");
    assert.equal(fs.readdirSync(environments).length, 1);
  },
);

testInWorkbench(
  "without a package index the installation says what to do, and a retry goes on",
  {
    files: { "ages.py": AGES },
    settings: { "refute.python": VENV_PYTHON, "refute.model": "none" },
    environment: {
      PIP_INDEX_URL: "http://127.0.0.1:9/simple",
      PIP_EXTRA_INDEX_URL: "",
      PIP_RETRIES: "0",
      PIP_CONFIG_FILE: "/dev/null",
    },
  },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await workbench.status.filter({ hasText: "failed" }).waitFor();
    const notification = workbench.page.locator(".notification-toast", { hasText: "cannot be reached" });
    await notification.getByRole("button", { name: "Retry" }).waitFor();
    await workbench.picture("offline");
    await notification.getByRole("button", { name: "Retry" }).click();
    await workbench.status.filter({ hasText: "installing" }).waitFor();
    await workbench.status.filter({ hasText: "failed" }).waitFor();
  },
);
