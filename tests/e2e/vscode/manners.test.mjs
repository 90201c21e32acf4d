// What the extension does before and beside checking.

import assert from "node:assert/strict";
import { CHECKOUT_SERVER, testInWorkbench } from "./workbench.mjs";

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
