/** From what the user chose in the editor to what the server understands. */

/** The values of one setting, as `WorkspaceConfiguration.inspect` tells them. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** What `${...}` in a setting may stand for. */
export interface Variables {
  readonly workspaceFolder: string | undefined;
  readonly userHome: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Settings that only this client reads. */
const CLIENT_ONLY: ReadonlySet<string> = new Set(["server.path", "inlineValues", "trace.server"]);

/** Settings that hold a path. */
const PATHS: ReadonlySet<string> = new Set(["python", "model"]);

/**
 * The value that the user chose, the narrowest scope first. Undefined where only the default stands, since an
 * editor's default must not outrank what `[tool.refute]` of the project says.
 */
export function chosen(inspected: Inspected | undefined): unknown {
  return inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue;
}

/** `text` with `~` and `${...}` filled in. What is not known stays as it is, so that errors show it. */
export function expand(text: string, variables: Variables): string {
  const known = (whole: string, name: string): string => {
    if (name === "userHome") {
      return variables.userHome;
    }
    if (name === "workspaceFolder") {
      return variables.workspaceFolder ?? whole;
    }
    return name.startsWith("env:") ? (variables.environment[name.slice("env:".length)] ?? "") : whole;
  };
  const home = text === "~" || /^~[/\\]/.test(text) ? variables.userHome + text.slice(1) : text;
  return home.replace(/\$\{([^}]+)\}/g, known);
}

/** The settings for the server, by their names there, from the editor's (without `refute.`). */
export function forServer(
  values: Iterable<readonly [string, unknown]>,
  variables: Variables,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (value !== undefined && value !== null && value !== "" && !CLIENT_ONLY.has(name)) {
      settings[serverName(name)] = PATHS.has(name) && typeof value === "string" ? expand(value, variables) : value;
    }
  }
  return settings;
}

function serverName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Which `refute` command is used. */
export type CommandChoice =
  | { readonly kind: "configured"; readonly command: readonly string[] }
  | { readonly kind: "own" }
  | { readonly kind: "invalid"; readonly reason: string };

/** What `refute.server.path` means: a path, a list of a program and its arguments, or nothing. */
export function commandChoice(setting: unknown, variables: Variables): CommandChoice {
  if (setting === undefined || setting === null || setting === "") {
    return { kind: "own" };
  }
  const words: readonly unknown[] = Array.isArray(setting) ? setting : [setting];
  if (words.length > 0 && words.every((word): word is string => typeof word === "string" && word !== "")) {
    return { kind: "configured", command: words.map((word) => expand(word, variables)) };
  }
  return { kind: "invalid", reason: "The setting refute.server.path is neither a path nor a list of strings." };
}
