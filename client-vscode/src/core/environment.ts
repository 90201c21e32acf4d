/** Decides how the server's own environment is made: with which Python, by which commands, and what a failure means. */

import * as path from "node:path";

export type Version = readonly [major: number, minor: number];

/** A Python that was asked for its version; `version` is undefined where it gave none. */
export interface Candidate {
  readonly path: string;
  readonly origin: string;
  readonly version: Version | undefined;
}

export type PythonChoice =
  | { readonly kind: "python"; readonly path: string }
  | { readonly kind: "none"; readonly reason: string };

const OLDEST: Version = [3, 10];

/** The first candidate that the server runs on. */
export function pythonForServer(candidates: readonly Candidate[]): PythonChoice {
  const usable = candidates.find(({ version }) => version !== undefined && isAtLeast(version, OLDEST));
  if (usable !== undefined) {
    return { kind: "python", path: usable.path };
  }
  const seen = candidates.map(({ path, origin, version }) => {
    return `${path} (${origin}) ${version === undefined ? "does not run" : `is ${version.join(".")}`}`;
  });
  const found = seen.length === 0 ? "none was found" : seen.join(", ");
  return {
    kind: "none",
    reason: `Refute needs Python ${OLDEST.join(".")} or newer: ${found}. Install one, or select it in the Python extension.`,
  };
}

function isAtLeast([major, minor]: Version, [oldMajor, oldMinor]: Version): boolean {
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

/** The arguments that make a Python print its version, and what reads it. */
export const VERSION_ARGUMENTS = ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"] as const;

export function parseVersion(output: string): Version | undefined {
  const match = /^(\d+)\.(\d+)\s*$/m.exec(output);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** The folder of the environment that holds exactly the wheel with this digest. It exists only when it is complete. */
export function environmentFolder(storage: string, wheelDigest: string): string {
  return path.join(storage, "server-env", wheelDigest.slice(0, 16));
}

export function pythonIn(folder: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

/** The `refute` command of an environment. `-I` keeps what is on the user's `PYTHONPATH` out of the server. */
export function refuteIn(folder: string, platform: NodeJS.Platform): readonly string[] {
  return [pythonIn(folder, platform), "-I", "-m", "refute.cli"];
}

/** The commands that make an environment in `folder` and install `requirement` into it: with uv where there is one. */
export function installCommands(
  python: string,
  uv: string | undefined,
  folder: string,
  requirement: string,
  platform: NodeJS.Platform,
): readonly (readonly string[])[] {
  const make =
    uv === undefined ? [python, "-I", "-m", "venv", folder] : [uv, "venv", "--seed", "--python", python, folder];
  return [make, addCommand(uv, folder, requirement, platform)];
}

/** The command that installs `requirement` into the environment in `folder`. */
export function addCommand(
  uv: string | undefined,
  folder: string,
  requirement: string,
  platform: NodeJS.Platform,
): readonly string[] {
  const python = pythonIn(folder, platform);
  return uv === undefined
    ? [python, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", requirement]
    : [uv, "pip", "install", "--python", python, requirement];
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /ensurepip is not available|No module named '?(venv|ensurepip)/,
    "this Python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv",
  ],
  [/No space left on device|ENOSPC/, "the disk is full. Make room and retry"],
  [/Permission denied|EACCES/, "a folder cannot be written. The log says which one"],
  [
    /NewConnectionError|NameResolutionError|Failed to fetch|Could not connect|Temporary failure in name resolution|ProxyError|ConnectTimeout|Network is unreachable|dns error|Connection refused|timed out|from versions: none/i,
    "the Python package index cannot be reached. Connect to the internet (or tell pip of your own index) and retry; " +
      "what is downloaded already is kept. Without a network: install Refute yourself and name it in the setting refute.server.path",
  ],
  [
    /CMAKE_C(XX)?_COMPILER|No CMAKE|Could not find.*compiler|error: command '(gcc|g\+\+|cc|c\+\+|cl)/i,
    "llama.cpp is compiled on your machine and needs a C++ compiler. Install one (Debian and Ubuntu: sudo apt install g++) and retry",
  ],
];

/** Why an installation failed and what to do, from what the commands printed. */
export function explainFailure(output: string): string {
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  return cause?.[1] ?? (output.trim().split("\n").at(-1)?.trim() || "no reason was given. The log may say more");
}
