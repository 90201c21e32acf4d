// A real VS Code workbench in Chromium, with the packaged extension, an empty home and a workspace of its own.

import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
export const VENV_PYTHON = path.join(ROOT, ".venv/bin/python");
const E2E_HOME = process.env.E2E_HOME;
if (E2E_HOME === undefined) {
  throw new Error("the workbench is not known: run these tests with `bash tests/e2e/vscode/run.sh FILE`");
}
const PICTURES = path.join(ROOT, "build/e2e");
const NODE = path.join(E2E_HOME, `node_modules/node-linux-${process.arch}/bin/node`);
const VSCODE = path.join(E2E_HOME, "node_modules/code-server/lib/vscode/out/server-main.js");
const { chromium } = createRequire(path.join(E2E_HOME, "package.json"))("playwright-core");

const VSIX = path.join(ROOT, "client-vscode/refute.vsix");

/** The server of this checkout, so that only the test that is about the installation waits for one. */
export const CHECKOUT_SERVER = {
  "refute.server.path": [VENV_PYTHON, "-m", "refute.cli"],
  "refute.python": VENV_PYTHON,
};

/** A function with a bug that its docstring shows and that a small change mends, and one without. */
export const AGES = `def is_adult(age: int) -> bool:
    """Whether somebody of this age is an adult.

    >>> is_adult(18)
    True
    >>> is_adult(17)
    False
    """
    return age > 18


def double(number: int) -> int:
    """Twice the number.

    >>> double(4)
    8
    """
    return number * 2
`;

/** A function with a bug that only its docstring's words show. */
export const LARGEST_FIRST = `def largest_first(numbers: list[int]) -> list[int]:
    """Return the numbers in descending order."""
    return sorted(numbers)
`;

/** Model files stay in the user's own cache folder, so that they are fetched once. */
export const REAL_MODEL = {
  REFUTE_MODELS: process.env.REFUTE_MODELS ?? path.join(os.homedir(), ".cache/refute/models"),
};

/** The same where the default model is asked, which shares the cores with everything else. */
export const MODEL_PATIENCE_MS = 1_500_000;

/** The server of this checkout with its default model, which on a busy machine needs more than the default budget. */
export const DEFAULT_MODEL = { ...CHECKOUT_SERVER, "refute.seconds": MODEL_PATIENCE_MS / 1000 };

/** The server of this checkout with a model that has nothing to say. */
export const FAKE_MODEL = {
  ...CHECKOUT_SERVER,
  "refute.model": `fake:${path.join(ROOT, "tests/e2e/vscode/silent-model.json")}`,
};

const SETTINGS = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "workbench.tips.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
  "workbench.enableExperiments": false,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "files.autoSave": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.lightbulb.enabled": "on",
};

/** Much more than anything takes, even on a machine with other work; what hangs still ends. */
const PATIENCE_MS = 240_000;

const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/** Call `probe` until it gives something, and give that back. */
export async function until(what, probe, milliseconds = PATIENCE_MS) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await probe();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${milliseconds / 1000} s in vain: ${what}`);
    }
    await sleep(50);
  }
}

/** A test with a workbench of its own, which leaves a picture when it fails. Options are those of `openWorkbench`. */
export function testInWorkbench(title, options, body) {
  test(title, async () => {
    const workbench = await openWorkbench({ name: title.replace(/[^a-z0-9]+/gi, "-"), ...options });
    try {
      await body(workbench);
    } catch (error) {
      await workbench.picture("at-failure").catch(() => {});
      throw error;
    } finally {
      await workbench.close();
    }
  });
}

/**
 * Open a workbench. `files` are the workspace's, by their names; one that ends with
 * `.code-workspace` says which folders it has; `extensions` further .vsix files or folders of
 * extensions; `environment` is added to the server's. With `driver` the page
 * can run tests in the extension host, but shows no notifications. The result must be closed.
 */
export async function openWorkbench({
  name,
  files,
  settings = {},
  trust = true,
  environment = {},
  extensions = [],
  driver = false,
}) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "refute-e2e-"));
  const folder = (part) => {
    const made = path.join(work, part);
    fs.mkdirSync(made, { recursive: true });
    return made;
  };
  const pictures = path.join(PICTURES, name);
  fs.rmSync(pictures, { recursive: true, force: true });
  fs.mkdirSync(pictures, { recursive: true });
  const workspace = folder("workspace");
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    fs.writeFileSync(path.join(workspace, file), text);
  }
  const all = {
    ...SETTINGS,
    "security.workspace.trust.enabled": !trust,
    "security.workspace.trust.startupPrompt": "never",
    ...settings,
  };
  // Settings of the machine, such as paths, are taken from the machine's file; the others from the user's.
  for (const place of ["user/User", "user/Machine"]) {
    fs.writeFileSync(path.join(folder(place), "settings.json"), JSON.stringify(all, null, 2));
  }
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => key === "PATH" || key.startsWith("PIP_"))),
    HOME: folder("home"),
    LANG: "C.UTF-8",
    TMPDIR: folder("tmp"),
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" }),
    ...environment,
  };
  const places = [
    "--server-data-dir",
    folder("server"),
    "--user-data-dir",
    folder("user"),
    "--extensions-dir",
    folder("extensions"),
  ];
  const common = [VSCODE, ...places, "--accept-server-license-terms"];
  for (const extension of [VSIX, ...extensions]) {
    execFileSync(NODE, [...common, "--install-extension", extension], { env, stdio: "pipe" });
  }
  const log = path.join(pictures, "server.log");
  const output = fs.openSync(log, "a");
  const server = spawn(
    NODE,
    [
      ...common,
      ...[
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--without-connection-token",
        "--disable-telemetry",
        "--disable-experiments",
      ],
      ...(driver ? ["--enable-smoke-test-driver"] : []),
      ...(trust ? ["--disable-workspace-trust"] : []),
    ],
    { env, stdio: ["ignore", output, output], detached: true },
  );
  let context;
  const close = async () => {
    await context?.close().catch(() => {});
    await endGroup(server);
    fs.closeSync(output);
    const logs = path.join(work, "user/logs");
    if (fs.existsSync(logs)) {
      fs.cpSync(logs, path.join(pictures, "logs"), { recursive: true, force: true }); // none if it did not come up
    }
    fs.rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const port = await until("the server is up", () => {
      if (server.exitCode !== null) {
        throw new Error(`the VS Code server ended: ${fs.readFileSync(log, "utf8")}`);
      }
      return /Extension host agent listening on (\d+)/.exec(fs.readFileSync(log, "utf8"))?.[1];
    });
    context = await chromium.launchPersistentContext(folder("chromium"), {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      viewport: { width: 1280, height: 800 },
      args: CHROMIUM,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) =>
      fs.appendFileSync(path.join(pictures, "console.log"), `${message.type()} ${message.text()}\n`),
    );
    const several = Object.keys(files).find((file) => file.endsWith(".code-workspace"));
    return new Workbench({ page, port, several, workspace, pictures, work, close });
  } catch (error) {
    await close();
    throw error;
  }
}

class Workbench {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The address of a file of the workspace, or of any absolute path. */
  uri(file) {
    return `vscode-remote://127.0.0.1:${this.port}${path.resolve(this.workspace, file)}`;
  }

  /** Load the workbench; `payload` is what VS Code's own smoke tests use to open files and to run tests. */
  async load(payload = []) {
    const opened = this.several ? `workspace=${path.join(this.workspace, this.several)}` : `folder=${this.workspace}`;
    const query = `${opened}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await this.page.goto(`http://127.0.0.1:${this.port}/?${query}`);
    await this.page.locator(".monaco-workbench .statusbar").waitFor();
  }

  /** Run the tests of an extension's folder inside of the extension host; resolves to [exit code, lines]. */
  async runTests(folder, milliseconds = 1_800_000) {
    const lines = [];
    let exit;
    const exited = new Promise((resolve) => {
      exit = resolve;
    });
    await this.page.exposeFunction("codeAutomationLog", (_type, args) => lines.push(args.map(String).join(" ")));
    await this.page.exposeFunction("codeAutomationExit", exit);
    await this.load([
      ["extensionDevelopmentPath", this.uri(folder)],
      ["extensionTestsPath", this.uri(path.join(folder, "index.js"))],
    ]);
    const code = await Promise.race([exited, sleep(milliseconds, "timed out", { ref: false })]);
    return [code, lines];
  }

  /** The line of the visible editor that has `text`. */
  line(text) {
    return this.page.locator(".monaco-editor .view-line", { hasText: text }).first();
  }

  /** The item in the status bar when nothing is to be said. */
  get ready() {
    return this.status.filter({ hasText: /^\s*Refute\s*$/ });
  }

  /** The item in the status bar. */
  get status() {
    return this.page.locator(".statusbar-item", { hasText: "Refute" }).first();
  }

  /** Keep each text that our item in the status bar has from now on; the result gives those so far. */
  async recordStatus() {
    await this.page.evaluate(() => {
      const look = () => {
        for (const item of document.querySelectorAll(".statusbar-item")) {
          if (item.textContent.includes("Refute")) {
            globalThis.statusTexts.add(item.textContent);
          }
        }
      };
      globalThis.statusTexts = new Set();
      const bar = document.querySelector(".statusbar");
      new MutationObserver(look).observe(bar, { subtree: true, childList: true, characterData: true });
      look();
    });
    return () => this.page.evaluate(() => [...globalThis.statusTexts]);
  }

  /** Run a command of the palette by its title. Commands of extensions come a while after the page. */
  async command(title) {
    await this.gesture(title, async () => {
      await this.page.keyboard.press("F1");
      const input = this.page.locator(".quick-input-widget .quick-input-box input");
      await input.fill(`>${title}`, { timeout: 5000 });
      const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
      await row.waitFor({ timeout: 5000 });
      await row.click({ timeout: 5000 });
    });
  }

  /** Do a gesture until what it should bring is there: VS Code swaps widgets while extensions are activated. */
  async gesture(what, attempt) {
    for (let left = 8; ; left -= 1) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 0) {
          throw new Error(`${what}: ${error.message}`);
        }
        await this.page.keyboard.press("Escape");
      }
    }
  }

  async picture(name) {
    await this.page.screenshot({ path: path.join(this.pictures, `${name}.png`) });
  }

  read(file) {
    return fs.readFileSync(path.join(this.workspace, file), "utf8");
  }

  /** Processes of the language server of this workbench. */
  servers() {
    return fs
      .readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid) && isServerOf(pid, this.work))
      .map(Number);
  }
}

/** Whether `pid` runs `refute serve` with the home folder of this workbench. */
function isServerOf(pid, work) {
  try {
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return command.includes("serve") && fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${work}/home`);
  } catch {
    return false; // it has ended
  }
}

async function endGroup(child) {
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // it has ended
    }
  };
  kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) {
    await Promise.race([new Promise((resolve) => child.once("exit", resolve)), sleep(5000, undefined, { ref: false })]);
  }
  kill("SIGKILL");
}
