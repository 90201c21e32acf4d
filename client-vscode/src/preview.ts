/** Shows what an edit would make of a document, and asks whether it is to be made. */

import * as vscode from "vscode";
import { replaced } from "./core/edits";

const SCHEME = "refute-preview";

/** Show `edits` of `document` as a diff. True where the user takes them, and the document is still as it was. */
export async function isTaken(
  document: vscode.TextDocument,
  edits: readonly vscode.TextEdit[],
  label: string,
): Promise<boolean> {
  const { version } = document;
  const changed = replaced(
    document.getText(),
    edits.map(({ range, newText }) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      text: newText,
    })),
  );
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: () => changed,
  });
  try {
    const right = document.uri.with({ scheme: SCHEME, query: `${Date.now()}` });
    await vscode.commands.executeCommand("vscode.diff", document.uri, right, `Refute: ${label}`);
    const take = { label: "$(check) Apply", description: label };
    const leave = { label: "$(close) Leave It as It Is" };
    // It stays when the diff is clicked or scrolled.
    const answer = await vscode.window.showQuickPick([take, leave], { title: "Refute: preview", ignoreFocusOut: true });
    await close(right);
    return answer === take && document.version === version;
  } finally {
    provider.dispose();
  }
}

async function close(right: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === right.toString(),
  );
  await vscode.window.tabGroups.close(shown);
}
