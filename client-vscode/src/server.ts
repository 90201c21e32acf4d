/** The language server's life: found or installed, started, restarted one at a time, stopped. */

import * as os from "node:os";
import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  type LanguageClient,
  type LanguageClientOptions,
  MessageType,
  ShowMessageNotification,
  type ShowMessageParams,
} from "vscode-languageclient/node";
import { Connection } from "./connection";
import { type AfterCrash, Crashes } from "./core/crashes";
import { refuteIn } from "./core/environment";
import { Latest } from "./core/latest";
import type { DocumentVerdicts, ServerStatus } from "./core/protocol";
import type { ClientState } from "./core/status";
import { findEnvironment, type Installed, makeEnvironment, type Places } from "./install";
import type { SelectedInterpreter } from "./interpreter";
import { configuredCommand, SECTION, serverSettings, settingNames, signalOf } from "./vscodeapi";

type Found = Extract<ClientState, { kind: "failed" | "no interpreter" }> | Command;

/** How `refute` is run; `environment` is the folder of our own environment, where it is that. */
export interface Command {
  readonly kind: "command";
  readonly words: readonly string[];
  readonly environment: string | undefined;
}

export class Server implements vscode.Disposable {
  private readonly states = new vscode.EventEmitter<ClientState>();
  private readonly verdicts = new vscode.EventEmitter<DocumentVerdicts>();
  private readonly starts = new Latest(() => this.startAnew());
  private readonly crashes = new Crashes();
  private readonly names: readonly string[];
  private connection: Connection | undefined;
  private warnings: readonly string[] = [];
  private current: ClientState = { kind: "starting" };

  readonly onDidChangeState = this.states.event;
  readonly onVerdicts = this.verdicts.event;
  readonly places: Places;
  command: Command | undefined;

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly interpreter: SelectedInterpreter,
  ) {
    this.names = settingNames(context.extension);
    this.places = {
      bundled: vscode.Uri.joinPath(context.extensionUri, "bundled").fsPath,
      storage: context.globalStorageUri.fsPath,
    };
  }

  get state(): ClientState {
    return this.current;
  }

  /** The language client, where the server runs. */
  get client(): LanguageClient | undefined {
    return this.connection?.isRunning ? this.connection.client : undefined;
  }

  /** Start, or stop and start again. Requests during a start are answered by one further start. */
  async restart(): Promise<void> {
    if (vscode.workspace.isTrusted) {
      this.crashes.forget();
      await this.starts.request();
    }
  }

  /** Run a command of the server. Undefined where the server does not run. */
  async execute(command: string, argument?: unknown): Promise<unknown> {
    return this.client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: argument ? [argument] : [] });
  }

  /** Tell the server that settings, or the interpreter that stands in for one, are different now. */
  async settingsChanged(): Promise<void> {
    const settings = { [SECTION]: await this.settings() };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  async stop(): Promise<void> {
    const connection = this.connection;
    this.connection = undefined;
    await connection?.stop();
  }

  dispose(): void {
    this.states.dispose();
    this.verdicts.dispose();
  }

  private async startAnew(): Promise<void> {
    this.show({ kind: "starting" });
    this.warnings = [];
    await this.stop();
    const found = await this.find();
    if (found.kind !== "command") {
      this.command = undefined;
      this.show(found);
      return;
    }
    this.command = found;
    const connection = this.connect(found);
    this.connection = connection;
    try {
      await connection.start();
      // Its first status may have come before.
      if (this.current.kind !== "running") {
        this.showStatus(undefined);
      }
    } catch (error) {
      await this.stop();
      const reason = error instanceof Error ? error.message : String(error);
      this.show({ kind: "failed", reason: `The language server (${found.words.join(" ")}) does not start: ${reason}` });
    }
  }

  private async find(): Promise<Found> {
    const choice = configuredCommand();
    if (choice.kind === "configured") {
      return { kind: "command", words: choice.command, environment: undefined };
    }
    if (choice.kind === "invalid") {
      return { kind: "failed", reason: choice.reason };
    }
    const folder = await findEnvironment(this.places);
    const installed: Installed = folder === undefined ? await this.install() : { kind: "ready", folder };
    return installed.kind === "ready"
      ? { kind: "command", words: refuteIn(installed.folder, process.platform), environment: installed.folder }
      : installed;
  }

  private async install(): Promise<Installed> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true } as const;
    const title = "Refute: installing the language server";
    const pythons = await this.pythons();
    return vscode.window.withProgress({ ...options, title }, (progress, token) => {
      const onLine = (line: string): void => {
        this.log.info(line);
        progress.report({ message: line.slice(0, 80) });
        this.show({ kind: "installing", detail: line });
      };
      return makeEnvironment(this.places, pythons, { signal: signalOf(token), onLine });
    });
  }

  /** Where a Python for the server's environment may be, the likeliest first. */
  private async pythons(): Promise<readonly { path: string; origin: string }[]> {
    const { python: setting } = serverSettings(this.names);
    const selected = await this.interpreter.path();
    return [
      ...(typeof setting === "string" ? [{ path: setting, origin: "refute.python" }] : []),
      ...(selected === undefined ? [] : [{ path: selected, origin: "selected in the Python extension" }]),
      ...(process.platform === "win32" ? ["py", "python"] : ["python3", "python"]).map((path) => ({
        path,
        origin: "PATH",
      })),
    ];
  }

  private connect(found: Command): Connection {
    const command = [...found.words, "serve"];
    const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
    this.log.info(`Starting ${command.join(" ")}`);
    const connection = new Connection({
      command,
      cwd,
      client: this.clientOptions(),
      log: this.log,
      onCrash: () => this.crashed(),
    });
    connection.client.onNotification("refute/status", (status: ServerStatus) => this.showStatus(status));
    connection.client.onNotification(ShowMessageNotification.type, (said) => this.hear(said));
    connection.client.onNotification("refute/verdicts", (verdicts: DocumentVerdicts) => this.verdicts.fire(verdicts));
    return connection;
  }

  private clientOptions(): LanguageClientOptions {
    const settingsOf = (uri: string | undefined) =>
      this.settings(uri === undefined ? undefined : vscode.Uri.parse(uri));
    return {
      documentSelector: [{ language: "python", scheme: "file" }],
      outputChannel: this.log,
      middleware: {
        workspace: {
          configuration: ({ items }) =>
            Promise.all(items.map(({ section, scopeUri }) => (section === SECTION ? settingsOf(scopeUri) : null))),
        },
      },
    };
  }

  /** Errors and answers to what was asked for are shown; warnings stand in the log and in the status item's tooltip. */
  private hear({ type, message }: ShowMessageParams): void {
    if (type === MessageType.Error) {
      this.log.error(message);
      vscode.window.showErrorMessage(`Refute: ${message}`);
      return;
    }
    if (type === MessageType.Info) {
      this.log.info(message);
      vscode.window.showInformationMessage(`Refute: ${message}`);
      return;
    }
    this.log.warn(message);
    this.warnings = [...this.warnings, message];
    if (this.current.kind === "running") {
      this.showStatus(this.current.status);
    }
  }

  private showStatus(status: ServerStatus | undefined): void {
    this.show({ kind: "running", status, warnings: this.warnings });
  }

  private crashed(): AfterCrash {
    const decision = this.crashes.record(Date.now());
    if (decision === "restart") {
      this.log.warn("The language server ended by itself and is started again");
      this.show({ kind: "starting" });
    } else {
      this.show({ kind: "failed", reason: "The language server ended by itself again and again." });
    }
    return decision;
  }

  /** The settings for `scope`, with the interpreter that is selected in the place of a missing `python`. */
  private async settings(scope?: vscode.Uri): Promise<Readonly<Record<string, unknown>>> {
    const settings = serverSettings(this.names, scope);
    const python = settings.python ?? (await this.interpreter.path(scope));
    return python === undefined ? settings : { ...settings, python };
  }

  private show(state: ClientState): void {
    this.current = state;
    this.states.fire(state);
  }
}
