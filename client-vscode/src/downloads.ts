/** The download of the model: asked for once, in the background, with progress and a way to stop it. */

import * as vscode from "vscode";
import { findModel, type ModelFile, percentOf, question } from "./core/download";
import { run } from "./core/process";
import type { Download } from "./core/status";
import { addLlama } from "./install";
import type { Command, Server } from "./server";
import { SECTION, signalOf } from "./vscodeapi";

const ASKED = "askedForModel";

export class Downloads implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<Download | undefined>();
  private active = false;

  /** Where a download stands; undefined when it is over. */
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
    private readonly memory: vscode.Memento,
  ) {}

  /** Offer the download of a missing model, but only once on this machine: after that there is the command. */
  async offerOnce(): Promise<void> {
    if (!this.memory.get(ASKED, false)) {
      await this.memory.update(ASKED, true);
      await this.start();
    }
  }

  /** Ask, then download. */
  async start(): Promise<void> {
    const { command } = this.server;
    if (command === undefined) {
      await vscode.commands.executeCommand("refute.showMenu");
    }
    if (this.active || command === undefined) {
      return;
    }
    this.active = true;
    try {
      await this.askAndPull(command);
    } finally {
      this.active = false;
      this.changes.fire(undefined);
    }
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async askAndPull(command: Command): Promise<void> {
    const name = vscode.workspace.getConfiguration(SECTION).get<string>("model", "");
    const listed = await run([...command.words, "model", "list", "--format", "jsonl"]);
    const model = findModel(listed.output, name);
    if (model === undefined) {
      const what = listed.status === 0 ? `${name} is no model that can be downloaded.` : listed.output;
      await this.complain(`${what} See the setting refute.model.`);
      return;
    }
    const compiles = command.environment !== undefined;
    const answer = await vscode.window.showInformationMessage(question(model, compiles), "Download", "Settings");
    if (answer === "Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "refute.model");
    } else if (answer === "Download") {
      await this.pull(command, model);
    }
  }

  private async pull(command: Command, model: ModelFile): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true } as const;
    const title = `Refute: downloading ${model.name}`;
    const failure = await vscode.window.withProgress({ ...options, title }, async (progress, token) => {
      const signal = signalOf(token);
      const failed = await this.fetch(command, model, signal, (percent, increment) => {
        progress.report({ message: `${Math.floor(percent)} %`, increment });
        this.changes.fire({ percent });
      });
      if (failed !== undefined || signal.aborted || command.environment === undefined) {
        return failed;
      }
      progress.report({ message: "compiling llama.cpp, about five minutes" });
      const onLine = (line: string): void => this.log.info(line);
      const problem = await addLlama(this.server.places, command.environment, { signal, onLine });
      return signal.aborted || problem === undefined ? undefined : `The model cannot run yet: ${problem}`;
    });
    if (failure !== undefined) {
      await this.complain(failure);
    } else {
      await this.server.restart();
    }
  }

  /** Undefined when the file is there or the user stopped it, else what went wrong. */
  private async fetch(
    command: Command,
    model: ModelFile,
    signal: AbortSignal,
    report: (percent: number, increment: number) => void,
  ): Promise<string | undefined> {
    let last = 0;
    const onLine = (line: string): void => {
      const percent = percentOf(line);
      if (percent === undefined) {
        this.log.info(line);
      } else if (Math.floor(percent) > Math.floor(last)) {
        report(percent, percent - last);
        last = percent;
      }
    };
    this.changes.fire({ percent: undefined });
    const words = [...command.words, "model", "pull", model.name, "--format", "jsonl"];
    const { status, output } = await run(words, { signal, onLine });
    if (status === 0 || signal.aborted) {
      return undefined;
    }
    const said = output.split("\n").filter((line) => percentOf(line) === undefined);
    return said.at(-1) ?? "The download failed; the log may say more.";
  }

  private async complain(text: string): Promise<void> {
    this.log.error(text);
    const answer = await vscode.window.showErrorMessage(`Refute: ${text}`, "Retry", "Show Log");
    if (answer === "Retry") {
      this.active = false;
      await this.start();
    } else if (answer === "Show Log") {
      this.log.show();
    }
  }
}
