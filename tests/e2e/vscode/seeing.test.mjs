// What a person sees and does: squiggle, Problems, lens, hover, quick fix, Testing view, value beside the line.

import assert from "node:assert/strict";
import {
  AGES,
  DEFAULT_MODEL,
  FAKE_MODEL,
  LARGEST_FIRST,
  MODEL_PATIENCE_MS,
  REAL_MODEL,
  testInWorkbench,
  until,
} from "./workbench.mjs";

const files = { "ages.py": AGES };

/** Open ages.py, save it with a change, and wait for the squiggle. */
async function violate(workbench) {
  const { page } = workbench;
  await workbench.load([["openFile", workbench.uri("ages.py")]]);
  await workbench.line("def is_adult").click();
  await workbench.ready.waitFor();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+S");
  await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "attached" });
}

testInWorkbench(
  "a violation appears after a save, and its fix makes it go",
  { files, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await violate(workbench);
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel", { hasText: "is_adult" }).waitFor();
    await workbench.picture("1-problem");
    const focused = page.locator(".action-widget .monaco-list-row.focused");
    await workbench.gesture("the quick fix", async () => {
      await workbench.line("def is_adult").click({ position: { x: 60, y: 8 }, timeout: 5000 });
      await page.keyboard.press("Control+.");
      // Until the fix is checked, another action has the focus.
      await focused.filter({ hasText: "use >= instead of >" }).waitFor({ timeout: 10_000 });
    });
    await workbench.picture("2-fixes");
    await page.keyboard.press("Enter");
    await workbench.line("age >= 18").waitFor();
    await page.keyboard.press("Control+S");
    await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "detached" });
    await until("saved", () => workbench.read("ages.py").includes("age >= 18"));
    await workbench.picture("3-mended");
  },
);

testInWorkbench(
  "lens, hover and inline value tell what is known",
  { files, settings: { ...FAKE_MODEL, "refute.inlineValues": true } },
  async (workbench) => {
    const { page } = workbench;
    await violate(workbench);
    const lens = page.locator(".monaco-editor .codelens-decoration", { hasText: "violated" });
    await lens.waitFor();
    await workbench.gesture("the hover", async () => {
      await workbench.line("def is_adult").getByText("is_adult").hover({ timeout: 5000 });
      await page
        .locator(".monaco-hover", { hasText: "is_adult(18)" })
        .filter({ visible: true })
        .first()
        .waitFor({ timeout: 5000 });
    });
    await workbench.picture("hover");
    await page.keyboard.press("Escape");
    const beside = await workbench
      .line("def is_adult")
      .evaluate((line) =>
        [...line.querySelectorAll("span")].map((span) => getComputedStyle(span, "::after").content).join(" "),
      );
    assert.match(beside, /age=18 gives False/);
    await workbench.picture("value");
  },
);

testInWorkbench(
  "the Testing view shows functions and properties",
  { files, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await violate(workbench);
    await workbench.command("Testing: Focus on Test Explorer View");
    const tree = page.locator(".test-explorer-tree");
    await tree.getByText("ages.py").first().waitFor();
    for (const name of ["ages.py", "is_adult"]) {
      await workbench.gesture(`expanding ${name}`, async () => {
        const row = tree.locator(".monaco-list-row", { hasText: name }).first();
        await row.click({ timeout: 5000 });
        await page.keyboard.press("ArrowRight");
        await tree
          .locator(`.monaco-list-row[aria-expanded="true"]`, { hasText: name })
          .first()
          .waitFor({ timeout: 5000 });
      });
    }
    await tree.getByText("age=18 gives False").first().waitFor();
    await tree
      .locator(".monaco-list-row", { hasText: "double" })
      .locator(".codicon-testing-passed-icon")
      .first()
      .waitFor();
    await workbench.picture("testing");
  },
);

testInWorkbench(
  "a run with coverage marks the lines that inputs reach",
  { files, settings: FAKE_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await violate(workbench);
    await workbench.command("Test: Run All Tests with Coverage");
    await page.locator(".monaco-editor .coverage-deco-gutter").first().waitFor({ state: "attached" });
    await workbench.picture("coverage");
  },
);

testInWorkbench("a panel shows the inputs that were tried", { files, settings: FAKE_MODEL }, async (workbench) => {
  const { page } = workbench;
  await violate(workbench);
  await workbench.line("age > 18").click();
  await workbench.command("Refute: Show Inputs of This Function");
  const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  await panel.getByRole("heading", { name: "Inputs of is_adult" }).waitFor();
  await panel.getByRole("heading", { name: "1 of 1 line reached" }).waitFor();
  await panel
    .getByRole("row", { name: /age .*integers/ })
    .getByText("negative")
    .waitFor();
  await panel.getByText("stated").first().waitFor();
  await workbench.picture("inputs");
  await workbench.line("age > 18").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" + 0");
  await panel.getByText("The function was edited since").waitFor();
  await page.keyboard.press("Control+S");
  await panel.getByText("The function was edited since").waitFor({ state: "detached" });
});

testInWorkbench("pausing stops checks until they are resumed", { files, settings: FAKE_MODEL }, async (workbench) => {
  await workbench.load([["openFile", workbench.uri("ages.py")]]);
  await workbench.ready.waitFor();
  await workbench.command("Refute: Pause");
  await workbench.status.filter({ hasText: "paused" }).waitFor();
  await workbench.picture("paused");
  await workbench.command("Refute: Resume");
  await workbench.ready.waitFor();
});

testInWorkbench(
  "the default model finds what no example shows",
  { files: { "words.py": LARGEST_FIRST }, settings: DEFAULT_MODEL, environment: REAL_MODEL },
  async (workbench) => {
    const { page } = workbench;
    await workbench.load([["openFile", workbench.uri("words.py")]]);
    await workbench.line("def largest_first").click();
    const squiggle = page.locator(".monaco-editor .squiggly-warning");
    const nothing = page.locator(".monaco-editor .codelens-decoration", { hasText: /not checked: |hold/ });
    await squiggle.or(nothing).first().waitFor({ state: "attached", timeout: MODEL_PATIENCE_MS });
    assert.deepEqual(await nothing.allTextContents(), []);
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel", { hasText: "numbers=" }).waitFor();
    await workbench.picture("found");
  },
);
