/** Runs a program to its end, telling its lines as they come. */

import { spawn } from "node:child_process";

export interface Finished {
  /** Exit status; null where the program could not be started or was ended. */
  readonly status: number | null;
  /** The last lines of both streams. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const KEPT_LINES = 200;

/** Never rejects: a program that cannot be started has no status, and its output says why. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [program = "", ...args] = command;
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(line);
    lines.splice(0, lines.length - KEPT_LINES);
    options.onLine?.(line);
  };
  return new Promise((resolve) => {
    if (options.signal?.aborted) {
      resolve({ status: null, output: "cancelled" });
      return;
    }
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // Its own process group, so that a cancelled pip takes the compilers with it that it started.
      detached: process.platform !== "win32",
    });
    const end = (): void => endTree(child.pid);
    const flushes = [readLines(child.stdout, tell), readLines(child.stderr, tell)];
    const finish = (status: number | null): void => {
      options.signal?.removeEventListener("abort", end);
      for (const flush of flushes) {
        flush();
      }
      resolve({ status, output: lines.join("\n") });
    };
    options.signal?.addEventListener("abort", end);
    child.on("error", (error) => {
      tell(error.message);
      finish(null);
    });
    child.on("close", (status) => finish(status));
  });
}

/** Tells whole lines; a carriage return ends a line too, since progress bars use it. Returns what tells the rest. */
export function readLines(stream: NodeJS.ReadableStream, tell: (line: string) => void): () => void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const parts = (rest + text).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? "";
    for (const line of parts) {
      if (line.trim() !== "") {
        tell(line);
      }
    }
  });
  return () => {
    if (rest.trim() !== "") {
      tell(rest);
    }
    rest = "";
  };
}

function endTree(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended in the meantime.
  }
}
