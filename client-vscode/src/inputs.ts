/** The panel that shows which inputs a function was tried on: people judge a property-based test by them. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { inputsPage, problemPage } from "./core/inputs";
import type { DocumentVerdicts, FunctionName, Inputs } from "./core/protocol";
import type { Server } from "./server";
import type { Verdicts } from "./verdicts";

const SHOW = "refute.showInputs";
const REVEAL = "refute.reveal";

export class InputsPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: FunctionName | undefined;
  private inputs: Inputs | undefined;
  /** The lines of the document as it was when the inputs were tried. */
  private source: readonly string[] = [];
  private outdated = false;
  private readonly disposables: readonly vscode.Disposable[];

  constructor(
    private readonly server: Server,
    verdicts: Verdicts,
  ) {
    this.disposables = [
      verdicts.onDidChange((changed) => this.follow(changed)),
      vscode.commands.registerCommand(REVEAL, reveal),
    ];
  }

  /** Show the inputs of a function, in the panel that is there already if there is one. */
  async show(name: FunctionName): Promise<void> {
    this.panel ??= this.open();
    this.panel.title = `Inputs of ${name.function}`;
    this.panel.reveal(undefined, false);
    this.shown = name;
    await this.load();
  }

  dispose(): void {
    this.panel?.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private open(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel("refute.inputs", "Inputs", vscode.ViewColumn.Beside, {
      enableCommandUris: [SHOW, REVEAL],
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
    });
    return panel;
  }

  private async load(): Promise<void> {
    const name = this.shown;
    if (name === undefined) {
      return;
    }
    this.outdated = false;
    try {
      const inputs = (await this.server.execute("refute.inputs", name)) as Inputs | undefined;
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(name.uri));
      if (this.shown !== name) {
        return;
      }
      this.inputs = inputs;
      this.source = document.version === inputs?.version ? document.getText().split(/\r\n|\n|\r/) : [];
      this.render(name, inputs === undefined ? "The language server is not running." : undefined);
    } catch (error) {
      this.render(name, error instanceof Error ? `${error.message}.` : String(error));
    }
  }

  /** Mark the page when its function was edited, and try again when that was checked. */
  private follow({ uri, functions }: DocumentVerdicts): void {
    const { panel, shown } = this;
    if (panel === undefined || shown === undefined || !isSame(shown.uri, uri)) {
      return;
    }
    const known = functions.find((candidate) => candidate.function === shown.function);
    if (this.outdated && known !== undefined && !known.outdated && !known.running && panel.visible) {
      this.load();
    } else if (!this.outdated && (known === undefined || known.outdated)) {
      this.outdated = true;
      if (this.inputs !== undefined) {
        this.render(shown, undefined);
      }
    }
  }

  private render(name: FunctionName, problem: string | undefined): void {
    const refresh = commandUri(SHOW, name);
    const { inputs, source, outdated } = this;
    const reveal = (line: number): string => commandUri(REVEAL, { uri: name.uri, line });
    const body =
      problem !== undefined || inputs === undefined
        ? problemPage(name.function, problem ?? "", refresh)
        : inputsPage({ inputs, source, outdated, refresh, reveal });
    if (this.panel !== undefined) {
      this.panel.webview.html = page(body);
    }
  }
}

async function reveal({ uri, line }: { uri: string; line: number }): Promise<void> {
  const editor = vscode.window.visibleTextEditors.find(({ document }) => isSame(document.uri.toString(), uri));
  const place = new vscode.Range(line, 0, line, 0);
  const options = { selection: place, ...(editor?.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn }) };
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), options);
}

function isSame(one: string, other: string): boolean {
  return vscode.Uri.parse(one).toString() === vscode.Uri.parse(other).toString();
}

function commandUri(command: string, argument: object): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`;
}

const STYLE = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5em 2em; }
h1 { font-size: 1.4em; font-weight: 600; } h2 { font-size: 1.1em; font-weight: 600; margin: 1.6em 0 .5em; }
code { font-family: var(--vscode-editor-font-family); color: inherit; background: none; padding: 0; line-height: 1.5;
  white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--vscode-textLink-foreground); }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; } th[scope=row] { min-width: 12.5em; }
th, td { padding: .25em 1em .25em 0; vertical-align: top; border-bottom: 1px solid var(--vscode-panel-border, transparent); }
.lines td:nth-child(-n+2), .lines th:nth-child(-n+2) { white-space: nowrap; width: 1%; }
.lines code { white-space: pre; } .lines a { color: inherit; text-decoration: none; }
.never td:nth-child(2) { color: var(--vscode-editorWarning-foreground); }
.raised td:last-child { color: var(--vscode-editorWarning-foreground); }
.note { color: var(--vscode-descriptionForeground); }
.bars { list-style: none; margin: 0; padding: 0; white-space: nowrap; }
.label { display: inline-block; min-width: 7em; }
th .note { font-weight: normal; color: var(--vscode-descriptionForeground); }
meter { width: 6em; margin-right: .5em; vertical-align: middle; height: .6em; }
meter::-webkit-meter-bar { background: var(--vscode-editorWidget-border, transparent); border: 0; border-radius: 3px; height: .6em; }
meter::-webkit-meter-optimum-value { background: var(--vscode-charts-blue); border-radius: 3px; }`;

function page(body: string): string {
  const nonce = randomBytes(16).toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
${body}
</body>
</html>`;
}
