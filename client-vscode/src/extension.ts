/** Wires the parts together. Nothing is started in a workspace that is not trusted. */

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import type { ClientState } from "./core/status";
import { Downloads } from "./downloads";
import { registerHoverLinks } from "./hoverlinks";
import { InlineValues } from "./inlinevalues";
import { InputsPanel } from "./inputs";
import { SelectedInterpreter } from "./interpreter";
import { Server } from "./server";
import { StatusItem } from "./statusitem";
import { Testing } from "./testing";
import { Verdicts } from "./verdicts";

let stop: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Refute", { log: true });
  const interpreter = new SelectedInterpreter(log);
  const server = new Server(context, log, interpreter);
  const verdicts = new Verdicts(server);
  const downloads = new Downloads(server, log, context.globalState);
  const testing = new Testing(server, verdicts);
  const inputs = new InputsPanel(server, verdicts);
  const values = new InlineValues(verdicts);
  const status = new StatusItem(vscode.workspace.isTrusted ? server.state : { kind: "untrusted" });
  context.subscriptions.push(
    log,
    interpreter,
    server,
    verdicts,
    downloads,
    testing,
    inputs,
    values,
    status,
    registerHoverLinks(verdicts),
    ...registerCommands({ server, verdicts, status, downloads, inputs, log, extensionId: context.extension.id }),
    downloads.onDidChange((download) => status.downloading(download)),
    server.onDidChangeState((state) => {
      status.update(state);
      offerRemedy(state, server, downloads, log);
    }),
  );
  stop = () => server.stop();
  if (vscode.workspace.isTrusted) {
    run(context, server, interpreter);
  } else {
    context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => run(context, server, interpreter)));
  }
}

export async function deactivate(): Promise<void> {
  await stop?.();
}

/** Start the server, and follow the settings and the selected interpreter from now on. */
function run(context: vscode.ExtensionContext, server: Server, interpreter: SelectedInterpreter): void {
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("refute.server.path")) {
        server.restart();
      } else if (event.affectsConfiguration("refute")) {
        server.settingsChanged();
      }
    }),
    interpreter.onDidChange(() => {
      if (server.state.kind === "no interpreter") {
        server.restart();
      } else {
        server.settingsChanged();
      }
    }),
  );
  server.restart();
}

/** A pop-up only where nothing works until the user does something, or for the one question about the model. */
async function offerRemedy(
  state: ClientState,
  server: Server,
  downloads: Downloads,
  log: vscode.LogOutputChannel,
): Promise<void> {
  if (state.kind === "running" && state.status?.model.state === "missing") {
    await downloads.offerOnce();
  }
  if (state.kind !== "failed" && state.kind !== "no interpreter") {
    return;
  }
  log.error(state.reason);
  const answer = await vscode.window.showErrorMessage(`Refute: ${state.reason}`, "Retry", "Show Log");
  if (answer === "Retry") {
    await server.restart();
  } else if (answer === "Show Log") {
    log.show();
  }
}
