/** The server's code actions as commands: for the function around the cursor, without a menu of all extensions. */

import * as vscode from "vscode";
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeActionTriggerKind,
  Command,
} from "vscode-languageclient/node";
import { actionsFor, bare, NOTHING, type Purpose } from "./core/actions";
import type { FunctionVerdict } from "./core/protocol";
import { isTaken } from "./preview";
import type { Server } from "./server";
import { tell } from "./vscodeapi";

export interface Place {
  readonly document: vscode.TextDocument;
  readonly known: FunctionVerdict;
}

/** Do what `purpose` means for the function at `place`; where there is a choice, it is asked for. */
export async function act(server: Server, place: Place, purpose: Purpose, preview = false): Promise<void> {
  const found = actionsFor(await actionsAt(server, place), purpose);
  if (found.length === 0) {
    tell(`${place.known.function}: ${NOTHING[purpose]}`);
    return;
  }
  const action = found.length === 1 ? found[0] : await choose(found, place.known.function);
  if (action !== undefined) {
    await perform(server, action, preview ? place.document : undefined);
  }
}

async function actionsAt(server: Server, { document, known }: Place): Promise<readonly CodeAction[]> {
  const answer = await server.client?.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: document.uri.toString() },
    range: { start: { ...known.selectionRange.start }, end: { ...known.selectionRange.end } },
    context: { diagnostics: [], triggerKind: CodeActionTriggerKind.Invoked },
  });
  return (answer ?? []).filter((action): action is CodeAction => !Command.is(action));
}

async function choose(actions: readonly CodeAction[], name: string): Promise<CodeAction | undefined> {
  const items = actions.map((action) => ({
    label: bare(action.title),
    ...(action.isPreferred ? { description: "preferred" } : {}),
    action,
  }));
  return (await vscode.window.showQuickPick(items, { title: `Refute: ${name}`, matchOnDescription: true }))?.action;
}

/** Do what `action` says. Where `shown` is given, what it makes of that document is shown first. */
async function perform(server: Server, action: CodeAction, shown?: vscode.TextDocument): Promise<void> {
  const { client } = server;
  if (client === undefined) {
    return;
  }
  const whole =
    action.edit === undefined && action.command === undefined
      ? await client.sendRequest(CodeActionResolveRequest.type, action)
      : action;
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(whole.edit);
  if (edit !== undefined) {
    const isWanted = shown === undefined || (await isTaken(shown, edit.get(shown.uri), bare(action.title)));
    if (isWanted) {
      await apply(edit, action.title);
    }
  }
  if (whole.command !== undefined) {
    await server.execute(whole.command.command, whole.command.arguments?.[0]);
    tell(bare(action.title));
  }
}

async function apply(edit: vscode.WorkspaceEdit, title: string): Promise<void> {
  const wereOpen = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
    return;
  }
  // A file that is made or changed out of sight is saved; one that is open is the user's to save.
  const unseen = edit.entries().filter(([uri]) => !wereOpen.has(uri.toString()));
  for (const [uri] of unseen) {
    await (await vscode.workspace.openTextDocument(uri)).save();
  }
  const where = unseen.map(([uri]) => vscode.workspace.asRelativePath(uri)).join(", ");
  tell(`${bare(title)}${where === "" ? "" : `: ${where}`}`);
}
