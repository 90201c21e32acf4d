/** The item in the status bar, and the menu behind it. */

import * as vscode from "vscode";
import { type ClientState, type Download, type StatusView, statusView } from "./core/status";
import { setContext } from "./vscodeapi";

const COLOURS = {
  normal: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
} as const;

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("refute.status", vscode.StatusBarAlignment.Right, 90);
  private state: ClientState;
  private download: Download | undefined;
  private view: StatusView;

  constructor(state: ClientState) {
    this.state = state;
    this.view = statusView(state, undefined);
    this.item.name = "Refute";
    this.item.command = "refute.showMenu";
    this.show();
    this.item.show();
  }

  update(state: ClientState): void {
    this.state = state;
    this.show();
    if (state.kind === "running" && state.status !== undefined) {
      const { model, interpreter, paused } = state.status;
      setContext("hasInterpreter", interpreter !== null);
      setContext("hasModel", model.state !== "missing" && model.state !== "failed" && model.state !== "off");
      setContext("paused", paused);
    }
  }

  /** A download is under way, or over where `download` is undefined. */
  downloading(download: Download | undefined): void {
    this.download = download;
    this.show();
  }

  /** Offer what can be done now. */
  async menu(): Promise<void> {
    const { facts, actions } = this.view;
    const chosen = await vscode.window.showQuickPick([...actions], { title: "Refute", placeHolder: facts[0] ?? "" });
    if (chosen !== undefined) {
      await vscode.commands.executeCommand(chosen.command);
    }
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(): void {
    this.view = statusView(this.state, this.download);
    const { text, severity, facts } = this.view;
    this.item.text = text;
    this.item.backgroundColor = COLOURS[severity];
    const tooltip = new vscode.MarkdownString();
    for (const fact of facts) {
      tooltip.appendText(fact).appendMarkdown("\n\n");
    }
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: [text.replace(/\$\([^)]*\) ?/g, ""), ...facts].join(". ") };
  }
}
