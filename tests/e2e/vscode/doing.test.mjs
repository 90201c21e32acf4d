// What a person does by command: preview a fix, pin a property, narrow a domain, implement a stub.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { AGES, CHECKOUT_SERVER, FAKE_MODEL, testInWorkbench, until } from "./workbench.mjs";

const FIRST = `def first(items: list[int]) -> int:
    """Return the first item.

    Raises:
        KeyError: if items is empty.
    """
    return items[0]
`;

const STUB = `def between(x: int, low: int, high: int) -> int:
    """Return x moved into the range from low to high.

    >>> between(12, 0, 10)
    10
    """
    raise NotImplementedError
`;

const squiggle = ({ page }) => page.locator(".monaco-editor .squiggly-warning").first();

/** Take the choice with `text` where a command asks. */
async function choose({ page }, text) {
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  await row.click();
  await row.waitFor({ state: "hidden" });
}

testInWorkbench(
  "a fix is shown before it is made, by command",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await squiggle(workbench).waitFor({ state: "attached" });
    await workbench.ready.waitFor();
    await workbench.line("age > 18").click();
    const preview = async () => {
      await workbench.command("Refute: Preview Fix");
      await choose(workbench, "Use >= instead of >");
    };
    await preview();
    const shown = page.locator(".monaco-diff-editor .modified .view-line", { hasText: "return age >= 18" }).first();
    await shown.waitFor();
    const choice = (text) => page.locator(".quick-input-list .monaco-list-row", { hasText: text });
    await choice("Apply").waitFor();
    await workbench.picture("preview");
    await page.keyboard.press("Escape");
    await shown.waitFor({ state: "hidden" });
    assert.match(await workbench.line("return age").textContent(), /age.>.18/);
    await preview();
    await choice("Apply").click();
    await shown.waitFor({ state: "hidden" });
    await workbench.line("age >= 18").waitFor();
  },
);

testInWorkbench(
  "a property that holds is pinned as a test, by command",
  { files: { "ages.py": AGES }, settings: FAKE_MODEL },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("ages.py")]]);
    await workbench.page.locator(".monaco-editor .codelens-decoration", { hasText: "2 properties hold" }).waitFor();
    await workbench.line("number * 2").click();
    await workbench.command("Refute: Pin Property as Test");
    await choose(workbench, "double(4) gives 8");
    const folder = path.join(workbench.workspace, "tests/refute");
    const texts = () => fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    await until("the test is written and saved", () => fs.existsSync(folder) && /double\(4\)/.test(texts().join()));
    await workbench.picture("pinned");
  },
);

testInWorkbench(
  "what no caller passes violates nothing, until that is taken back",
  { files: { "first.py": FIRST }, settings: { ...CHECKOUT_SERVER, "refute.model": "none" } },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("first.py")]]);
    await squiggle(workbench).waitFor({ state: "attached" });
    await workbench.ready.waitFor();
    await workbench.gesture("the quick fixes", async () => {
      await workbench.line("def first").click({ position: { x: 50, y: 8 }, timeout: 5000 });
      await page.keyboard.press("Control+.");
      const offered = page.locator(".action-widget", { hasText: "no caller passes an empty list as items" });
      await offered.waitFor({ timeout: 10_000 });
    });
    await workbench.picture("narrowings");
    await page.keyboard.press("Escape");
    await workbench.command("Refute: Narrow Domain");
    await squiggle(workbench).waitFor({ state: "detached" });
    await workbench.picture("narrowed");
    await workbench.command("Refute: Undo Narrowing of Domain");
    await squiggle(workbench).waitFor({ state: "attached" });
  },
);

testInWorkbench(
  "a stub gets a body that was checked, by command",
  {
    files: {
      "between.py": STUB,
      "answers.json": JSON.stringify([
        { match: "example calls", answers: ["5, 0, 10)\nbetween(-3, 0, 10)\nbetween(12, 0, 10)"] },
        { match: "Write the body", answers: ["    return max(low, min(x, high))"] },
      ]),
    },
    settings: { ...FAKE_MODEL, "refute.model": "fake:${workspaceFolder}/answers.json" },
  },
  async (workbench) => {
    await workbench.load([["openFile", workbench.uri("between.py")]]);
    await workbench.line("raise NotImplementedError").click();
    await workbench.ready.waitFor();
    await workbench.command("Refute: Implement This Function");
    await workbench.line("return max(low, min(x, high))").waitFor();
    await workbench.picture("implemented");
  },
);

testInWorkbench(
  "a stub that gets no body is answered with the reason",
  { files: { "between.py": STUB }, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("between.py")]]);
    await workbench.line("raise NotImplementedError").click();
    await workbench.ready.waitFor();
    await workbench.command("Refute: Implement This Function");
    await page.locator(".notification-toast", { hasText: "between was not implemented" }).waitFor();
    await workbench.picture("refused");
  },
);
