/** What the `Refute:` commands of the palette do. */

import * as vscode from "vscode";
import { functionAt } from "./core/functions";
import type { CheckRequest } from "./core/protocol";
import type { Downloads } from "./downloads";
import { selectInterpreter } from "./interpreter";
import type { Server } from "./server";
import type { StatusItem } from "./statusitem";
import type { Verdicts } from "./verdicts";
import { activePython } from "./vscodeapi";

export interface Parts {
  readonly server: Server;
  readonly verdicts: Verdicts;
  readonly status: StatusItem;
  readonly downloads: Downloads;
  readonly log: vscode.LogOutputChannel;
  readonly extensionId: string;
}

export function registerCommands(parts: Parts): readonly vscode.Disposable[] {
  const { server, status, downloads, log, extensionId } = parts;
  const commands: Readonly<Record<string, () => unknown>> = {
    checkFile: () => checkFile(parts),
    checkFunction: () => checkFunction(parts),
    pauseChecking: () => server.execute("refute.pause"),
    resumeChecking: () => server.execute("refute.resume"),
    downloadModel: () => downloads.start(),
    selectInterpreter,
    restartServer: () => server.restart(),
    showMenu: () => status.menu(),
    showLog: () => log.show(),
    openSettings: () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId}`),
    showWalkthrough: () => vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extensionId}#start`),
  };
  return Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(`refute.${name}`, command));
}

async function checkFile(parts: Parts): Promise<void> {
  const editor = activePython();
  if (editor === undefined) {
    tell("Open a Python file first.");
    return;
  }
  await check(parts, { uri: editor.document.uri.toString() });
}

async function checkFunction(parts: Parts): Promise<void> {
  const editor = activePython();
  const uri = editor?.document.uri;
  const found = uri && functionAt(parts.verdicts.of(uri)?.functions ?? [], editor.selection.active);
  if (uri === undefined || found === undefined) {
    tell("Put the cursor into a Python function first.");
    return;
  }
  await check(parts, { uri: uri.toString(), function: found.function });
}

async function check({ server }: Parts, request: CheckRequest): Promise<void> {
  if (server.state.kind === "running") {
    await server.execute("refute.check", request);
  } else {
    await vscode.commands.executeCommand("refute.showMenu");
  }
}

/** In the status bar, where it goes away by itself. */
function tell(text: string): void {
  vscode.window.setStatusBarMessage(`Refute: ${text}`, 5000);
}
