/** The few things that several modules ask of VS Code. */

import * as os from "node:os";
import * as vscode from "vscode";
import { type CommandChoice, chosen, commandChoice, forServer, type Variables } from "./core/settings";

export const SECTION = "refute";

/** What `${...}` means in settings of `folder`, or of the first folder. */
export function variables(folder?: vscode.WorkspaceFolder): Variables {
  const place = folder ?? vscode.workspace.workspaceFolders?.[0];
  return { workspaceFolder: place?.uri.fsPath, userHome: os.homedir(), environment: process.env };
}

/** The settings that the user chose for `scope`, as the server understands them. `names` come from package.json. */
export function serverSettings(names: readonly string[], scope?: vscode.Uri): Readonly<Record<string, unknown>> {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope ?? null);
  const folder = scope && vscode.workspace.getWorkspaceFolder(scope);
  return forServer(
    names.map((name) => [name, chosen(configuration.inspect(name))]),
    variables(folder),
  );
}

/** Which `refute` command the settings ask for. */
export function configuredCommand(): CommandChoice {
  return commandChoice(vscode.workspace.getConfiguration(SECTION).get("server.path"), variables());
}

/** The names of the settings that package.json declares, without `refute.`. */
export function settingNames(extension: vscode.Extension<unknown>): readonly string[] {
  const groups: readonly { readonly properties: object }[] = extension.packageJSON.contributes.configuration;
  return groups.flatMap(({ properties }) => Object.keys(properties).map((name) => name.slice(SECTION.length + 1)));
}

/** The Python file in the active editor. */
export function activePython(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.languageId === "python" ? editor : undefined;
}

/** An `AbortSignal` that follows a cancellation token. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Say something in the status bar, where it goes away by itself. */
export function tell(text: string): void {
  vscode.window.setStatusBarMessage(`Refute: ${text}`, 5000);
}

/** Set a context key, for `when` clauses and for the walkthrough. */
export function setContext(
  key: "hasInterpreter" | "hasModel" | "hasViolation" | "hasFixed" | "paused" | "walkthroughShown",
  value: boolean,
) {
  return vscode.commands.executeCommand("setContext", `${SECTION}.${key}`, value);
}
