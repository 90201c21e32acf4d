// The language server with Neovim as another client.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { AGES, VENV_PYTHON } from "./workbench.mjs";

test("Neovim shows a violation and applies its fix", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "refute-nvim-"));
  try {
    const file = path.join(folder, "ages.py");
    fs.writeFileSync(file, AGES);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      FILE: file,
      PYTHON: VENV_PYTHON,
      REFUTE: `${VENV_PYTHON} -m refute.cli serve`,
    };
    const script = path.join(import.meta.dirname, "neovim.lua");
    const nvim = ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", `luafile ${script}`];
    execFileSync("nvim", nvim, { env, stdio: ["ignore", "inherit", "inherit"], timeout: 120_000 });
    assert.match(fs.readFileSync(file, "utf8"), /age >= 18/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
