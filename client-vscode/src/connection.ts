/** One server process and the language client that speaks to it. */

import { type ChildProcess, spawn } from "node:child_process";
import type * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
  type StreamInfo,
} from "vscode-languageclient/node";
import type { AfterCrash } from "./core/crashes";
import { type Level, parseLogLine } from "./core/logging";
import { readLines } from "./core/process";

/** The language client, but what goes wrong is shown in the status item and the log, not in pop-ups of its own. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export interface ConnectionOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly client: LanguageClientOptions;
  readonly log: vscode.LogOutputChannel;
  /** The server ended without being asked to, after it had been running. */
  readonly onCrash: () => AfterCrash;
}

const START_MS = 30_000;
const STOP_MS = 3_000;
const STDERR_KEPT = 2_000;

export class Connection {
  readonly client: LanguageClient;
  private process: ChildProcess | undefined;
  private stderr = "";
  private started = false;

  constructor(private readonly options: ConnectionOptions) {
    const errorHandler = {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        const restart = this.started && options.onCrash() === "restart";
        return { action: restart ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
      },
    };
    const client = { ...options.client, errorHandler, initializationFailedHandler: () => false };
    this.client = new QuietClient("refute", "Refute", () => this.spawn(), client);
  }

  /** Rejects with a reason for users where the server does not come up. */
  async start(): Promise<void> {
    const timedOut = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`it gave no answer within ${START_MS / 1000} seconds`)), START_MS).unref();
    });
    try {
      await Promise.race([this.client.start(), timedOut]);
      this.started = true;
    } catch (error) {
      const said = this.stderr.trim().split("\n").at(-1);
      throw new Error(said || (error instanceof Error ? error.message : String(error)));
    }
  }

  get isRunning(): boolean {
    return this.client.state === State.Running;
  }

  /** Ask the server to end; end it, if it does not. */
  async stop(): Promise<void> {
    try {
      await this.client.dispose(STOP_MS);
    } catch {
      // It was not up yet, or does not answer.
    }
    const process = this.process;
    if (process !== undefined && process.exitCode === null && process.signalCode === null) {
      const ended = new Promise((resolve) => process.once("exit", resolve));
      process.stdin?.end();
      const kill = setTimeout(() => process.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(kill);
    }
  }

  private spawn(): Promise<StreamInfo> {
    const [program = "", ...args] = this.options.command;
    const child = spawn(program, args, { cwd: this.options.cwd, windowsHide: true });
    this.process = child;
    this.stderr = "";
    let level: Level = "info";
    readLines(child.stderr, (line) => {
      this.stderr = `${this.stderr}\n${line}`.slice(-STDERR_KEPT);
      const [own, text] = parseLogLine(line, level);
      level = own;
      this.options.log[level](text);
    });
    return new Promise((resolve, reject) => {
      child.once("spawn", () => resolve({ reader: child.stdout, writer: child.stdin }));
      child.once("error", (error: NodeJS.ErrnoException) => {
        this.process = undefined;
        reject(error.code === "ENOENT" ? new Error(`there is no program ${program}`) : error);
      });
    });
  }
}
