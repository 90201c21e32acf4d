/** Makes the server's own environment from the wheel that the extension carries. No VS Code in here. */

import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import {
  addCommand,
  type Candidate,
  environmentFolder,
  explainFailure,
  installCommands,
  parseVersion,
  pythonForServer,
  pythonIn,
  VERSION_ARGUMENTS,
} from "./core/environment";
import { run } from "./core/process";

/** Where the extension's files and its own data are. */
export interface Places {
  /** The folder with the wheel. */
  readonly bundled: string;
  /** A folder that only this extension writes, kept between sessions. */
  readonly storage: string;
}

export interface Progress {
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export type Installed =
  | { readonly kind: "ready"; readonly folder: string }
  | { readonly kind: "no interpreter"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** The folder of the environment for the bundled wheel if it is complete and its Python still runs. */
export async function findEnvironment(places: Places): Promise<string | undefined> {
  const wheel = await bundledWheel(places);
  if (wheel === undefined) {
    return undefined;
  }
  const folder = environmentFolder(places.storage, wheel.digest);
  return (await versionOf(pythonIn(folder, process.platform))) === undefined ? undefined : folder;
}

/** Make the environment with the first of `pythons` that will do. What a stopped run downloaded is used again. */
export async function makeEnvironment(
  places: Places,
  pythons: readonly Omit<Candidate, "version">[],
  progress: Progress,
): Promise<Installed> {
  const wheel = await bundledWheel(places);
  if (wheel === undefined) {
    const reason = `The extension carries no server (${places.bundled}). Name one in the setting refute.server.path.`;
    return { kind: "failed", reason };
  }
  const candidates = pythons.map(async (python) => ({ ...python, version: await versionOf(python.path) }));
  const choice = pythonForServer(await Promise.all(candidates));
  if (choice.kind === "none") {
    return { kind: "no interpreter", reason: choice.reason };
  }
  // Made under another name and renamed when complete: so a half environment is never taken for a whole one, and two
  // windows that install at once do not meet.
  const folder = environmentFolder(places.storage, wheel.digest);
  const partial = `${folder}.${randomUUID()}.partial`;
  const parent = path.dirname(folder);
  await fs.mkdir(parent, { recursive: true });
  const requirement = (await hadLlama(parent)) ? `${wheel.path}[llama]` : wheel.path;
  try {
    const commands = installCommands(choice.path, await findUv(), partial, requirement, process.platform);
    const failure = await runAll(commands, progress);
    if (failure !== undefined) {
      return { kind: "failed", reason: `The language server could not be installed: ${failure}` };
    }
    await replace(partial, folder);
    await removeOld(parent);
    return { kind: "ready", folder };
  } finally {
    await fs.rm(partial, { recursive: true, force: true });
  }
}

/** Add llama.cpp to an environment that is there already. Undefined when it is, else why not. */
export async function addLlama(places: Places, folder: string, progress: Progress): Promise<string | undefined> {
  if (await hasLlama(folder)) {
    return undefined;
  }
  const wheel = await bundledWheel(places);
  return runAll([addCommand(await findUv(), folder, `${wheel?.path}[llama]`, process.platform)], progress);
}

async function runAll(commands: readonly (readonly string[])[], progress: Progress): Promise<string | undefined> {
  for (const command of commands) {
    progress.onLine(`$ ${command.join(" ")}`);
    const { status, output } = await run(command, progress);
    if (progress.signal.aborted) {
      return "cancelled. A retry goes on with what was downloaded";
    }
    if (status !== 0) {
      return explainFailure(output);
    }
  }
  return undefined;
}

async function bundledWheel(places: Places): Promise<{ path: string; digest: string } | undefined> {
  const names = await fs.readdir(places.bundled).catch((): string[] => []);
  const name = names.find((name) => name.endsWith(".whl"));
  if (name === undefined) {
    return undefined;
  }
  const wheel = path.join(places.bundled, name);
  return {
    path: wheel,
    digest: createHash("sha256")
      .update(await fs.readFile(wheel))
      .digest("hex"),
  };
}

async function versionOf(python: string): Promise<Candidate["version"]> {
  const { status, output } = await run([python, ...VERSION_ARGUMENTS]);
  return status === 0 ? parseVersion(output) : undefined;
}

async function findUv(): Promise<string | undefined> {
  return (await run(["uv", "--version"])).status === 0 ? "uv" : undefined;
}

/** Put `partial` in the place of `folder`, which is either not there or broken, or was just made by another window. */
async function replace(partial: string, folder: string): Promise<void> {
  if ((await versionOf(pythonIn(folder, process.platform))) !== undefined) {
    return;
  }
  await fs.rm(folder, { recursive: true, force: true });
  await fs.rename(partial, folder);
}

const OLD_MS = 24 * 60 * 60_000;

/** Remove other environments, finished or not, unless another window may still be at work on or with them. */
async function removeOld(parent: string): Promise<void> {
  for (const folder of await siblings(parent)) {
    if (Date.now() - (await fs.stat(folder)).mtimeMs > OLD_MS) {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }
}

async function siblings(parent: string): Promise<readonly string[]> {
  const names = await fs.readdir(parent).catch((): string[] => []);
  return names.map((name) => path.join(parent, name));
}

/** Whether the environment of an earlier version of the extension could run models itself. */
async function hadLlama(parent: string): Promise<boolean> {
  const answers = (await siblings(parent)).map((folder) => hasLlama(folder));
  return (await Promise.all(answers)).includes(true);
}

async function hasLlama(folder: string): Promise<boolean> {
  return (await run([pythonIn(folder, process.platform), "-I", "-c", "import llama_cpp"])).status === 0;
}
