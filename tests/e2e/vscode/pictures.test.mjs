// The pictures of the README, as they really look. REFUTE_PICTURES names a folder that gets them too.

import fs from "node:fs";
import path from "node:path";
import { FAKE_MODEL, testInWorkbench } from "./workbench.mjs";

const PAGES = `def pages(items: int, per_page: int) -> int:
    """How many pages it takes to show all items.

    >>> pages(11, 5)
    3
    >>> pages(10, 5)
    2
    """
    if per_page < 1:
        raise ValueError("a page shows at least one item")
    return items // per_page + 1


def first_on(page: int, per_page: int) -> int:
    """The number of the first item on a page.

    >>> first_on(3, 5)
    10
    """
    return (page - 1) * per_page
`;

const settings = {
  ...FAKE_MODEL,
  "refute.inlineValues": true,
  "editor.minimap.enabled": false,
  "editor.scrollbar.vertical": "hidden",
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
  "breadcrumbs.enabled": false,
  "editor.occurrencesHighlight": "off",
};

testInWorkbench("the pictures of the README", { files: { "pages.py": PAGES }, settings }, async (workbench) => {
  const { page } = workbench;
  await page.setViewportSize({ width: 1000, height: 560 });
  const keep = async (name) => {
    await workbench.picture(name);
    const folder = process.env.REFUTE_PICTURES;
    if (folder !== undefined) {
      fs.copyFileSync(path.join(workbench.pictures, `${name}.png`), path.join(folder, `${name}.png`));
    }
  };
  await workbench.load([["openFile", workbench.uri("pages.py")]]);
  await page.locator(".monaco-editor .squiggly-warning").first().waitFor({ state: "attached" });
  await workbench.ready.waitFor();
  await page.keyboard.press("Control+B");
  await workbench.line("items // per_page").click();
  const focused = page.locator(".action-widget .monaco-list-row.focused");
  await workbench.gesture("the quick fix", async () => {
    await workbench.line("def pages").click({ position: { x: 50, y: 8 }, timeout: 5000 });
    await page.keyboard.press("Control+.");
    await focused.filter({ hasText: /use/i }).waitFor({ timeout: 10_000 });
  });
  await page.locator(".monaco-editor .codelens-decoration", { hasText: "1 violated" }).waitFor();
  await keep("editor-fix");
  await page.keyboard.press("Escape");
  await workbench.command("Refute: Show Inputs of This Function");
  const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  await panel.getByRole("heading", { name: /lines reached/ }).waitFor();
  await keep("editor-inputs");
});
