// What the extension does before and beside checking.

import assert from "node:assert/strict";
import { AGES, CHECKOUT_SERVER, FAKE_MODEL, testInWorkbench } from "./workbench.mjs";

const NO_SERVER = { "refute.server.path": "/nonexistent/refute" };
const files = { "shop.py": "def double(number: int) -> int:\n    return number * 2\n" };

testInWorkbench(
  "nothing runs in an untrusted workspace",
  { files, settings: CHECKOUT_SERVER, trust: false },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("shop.py")]]);
    await workbench.status.filter({ hasText: "not trusted" }).waitFor();
    await workbench.command("Refute: Show Walkthrough"); // something that takes its time and is allowed
    await workbench.page.getByText("Get started with Refute").first().waitFor();
    assert.deepEqual(workbench.servers(), []);
    await workbench.picture("untrusted");
  },
);

testInWorkbench(
  "a server that cannot be started is said, with a button",
  { files, settings: NO_SERVER },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("shop.py")]]);
    await workbench.status.filter({ hasText: "failed" }).waitFor();
    const notification = workbench.page.locator(".notifications-toasts", { hasText: "/nonexistent/refute" });
    await notification.getByRole("button", { name: "Retry" }).waitFor();
    await workbench.picture("failed");
    assert.equal(await workbench.page.locator(".notification-toast").count(), 1);
  },
);

testInWorkbench("the walkthrough opens", { files, settings: NO_SERVER }, async (workbench) => {
  await workbench.load();
  await workbench.command("Refute: Show Walkthrough");
  await workbench.page.getByText("Get the model").first().click();
  await workbench.page.getByRole("button", { name: "Download the model" }).waitFor();
  await workbench.picture("walkthrough");
});

testInWorkbench(
  "the walkthrough knows which steps were done",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await page.setViewportSize({ width: 1500, height: 900 });
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "attached" });
    await workbench.ready.waitFor();
    await workbench.command("Refute: Show Walkthrough");
    for (const step of ["interpreter", "model", "violation"]) {
      await page.locator(`[data-done-step-id$="#${step}"].complete`).first().waitFor({ state: "attached" });
    }
    assert.equal(await page.locator('[data-done-step-id$="#fix"].complete').count(), 0);
    for (const title of ["Choose the Python", "Get the model", "See the first violation", "Take the first fix"]) {
      await page.getByText(title).first().click();
      await workbench.picture(title.replaceAll(" ", "-").toLowerCase());
    }
  },
);

testInWorkbench(
  "the status item tells what is in use, and what the sandbox does",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "attached" });
    await workbench.ready.waitFor();
    const tooltip = page.locator(".monaco-hover", { hasText: "Sandbox: functions cannot" });
    await workbench.gesture("the tooltip", async () => {
      await workbench.line("def double").hover({ timeout: 5000 });
      await workbench.status.hover({ timeout: 5000 });
      await tooltip.filter({ visible: true }).first().waitFor({ timeout: 5000 });
    });
    await workbench.picture("tooltip");
    await workbench.command("Refute: Show Status");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Show Log" }).waitFor();
    await workbench.picture("menu");
  },
);
