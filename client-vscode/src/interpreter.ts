/** The interpreter that is selected in the Python extension, where that extension is installed. */

import { type PythonExtension as Api, PVSC_EXTENSION_ID, PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

export class SelectedInterpreter implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changes];
  private api: Promise<Api | undefined> | undefined;

  /** Another interpreter was selected, or the Python extension came or went. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.disposables.push(
      vscode.extensions.onDidChange(() => {
        if (
          this.api !== undefined &&
          (vscode.extensions.getExtension(PVSC_EXTENSION_ID) !== undefined) !== this.found
        ) {
          this.api = undefined;
          this.changes.fire();
        }
      }),
    );
  }

  private found = false;

  /** The selected Python for `scope`, undefined where none is selected or the Python extension is not there. */
  async path(scope?: vscode.Uri): Promise<string | undefined> {
    this.api ??= this.connect();
    const api = await this.api;
    if (api === undefined) {
      return undefined;
    }
    const environment = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(scope));
    return environment?.executable.uri?.fsPath;
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private async connect(): Promise<Api | undefined> {
    this.found = vscode.extensions.getExtension(PVSC_EXTENSION_ID) !== undefined;
    if (!this.found) {
      this.log.info("The Python extension is not installed: interpreters come from refute.python, .venv and PATH");
      return undefined;
    }
    try {
      const api = await PythonExtension.api();
      this.disposables.push(api.environments.onDidChangeActiveEnvironmentPath(() => this.changes.fire()));
      return api;
    } catch (error) {
      this.log.warn(`The Python extension cannot be asked for the interpreter: ${String(error)}`);
      return undefined;
    }
  }
}

/** Let the user choose: with the Python extension's own picker where there is one. */
export async function selectInterpreter(): Promise<void> {
  if (vscode.extensions.getExtension(PVSC_EXTENSION_ID) !== undefined) {
    await vscode.commands.executeCommand("python.setInterpreter");
  } else {
    await vscode.commands.executeCommand("workbench.action.openSettings", "refute.python");
  }
}
