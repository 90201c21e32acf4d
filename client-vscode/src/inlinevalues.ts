/** Counterexamples behind the lines that they refute, where the setting `refute.inlineValues` wants them. */

import * as vscode from "vscode";
import { inlineValues } from "./core/counterexamples";
import type { Verdicts } from "./verdicts";
import { SECTION } from "./vscodeapi";

const LONGEST = 100;

export class InlineValues implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly disposables: readonly vscode.Disposable[];

  constructor(private readonly verdicts: Verdicts) {
    this.disposables = [
      this.decoration,
      verdicts.onDidChange(() => this.show()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.show()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("refute.inlineValues")) {
          this.show();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private show(): void {
    const wanted = vscode.workspace.getConfiguration(SECTION).get("inlineValues", false);
    for (const editor of vscode.window.visibleTextEditors) {
      const { version, functions } = this.verdicts.of(editor.document.uri) ?? { version: null, functions: [] };
      const current = wanted && version === editor.document.version ? inlineValues(functions) : [];
      editor.setDecorations(
        this.decoration,
        current.map(({ line, text }) => decorated(editor.document.lineAt(line).range, text)),
      );
    }
  }
}

function decorated(range: vscode.Range, text: string): vscode.DecorationOptions {
  const contentText = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const color = new vscode.ThemeColor("editorWarning.foreground");
  return { range, renderOptions: { after: { contentText, color, margin: "0 0 0 3em", fontStyle: "italic" } } };
}
