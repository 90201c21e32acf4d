/** Below what the server says in a hover on a function's name: what can be done with it. */

import * as vscode from "vscode";
import type { FunctionName } from "./core/protocol";
import type { Verdicts } from "./verdicts";

const COMMANDS = { "refute.showInputs": "Show the inputs", "refute.checkFunction": "Check again" } as const;

export function registerHoverLinks(verdicts: Verdicts): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { language: "python", scheme: "file" },
    {
      provideHover(document, position) {
        const functions = verdicts.of(document.uri)?.functions ?? [];
        const named = functions.find(({ selectionRange: { start, end } }) => {
          return new vscode.Range(start.line, start.character, end.line, end.character).contains(position);
        });
        return named?.verdict ? links({ uri: document.uri.toString(), function: named.function }) : undefined;
      },
    },
  );
}

function links(name: FunctionName): vscode.Hover {
  const argument = encodeURIComponent(JSON.stringify([name]));
  const shown = Object.entries(COMMANDS).map(([command, words]) => `[${words}](command:${command}?${argument})`);
  const text = new vscode.MarkdownString(shown.join(" · "));
  text.isTrusted = { enabledCommands: Object.keys(COMMANDS) };
  return new vscode.Hover(text);
}
