/** Reads what the server writes to its log. */

export type Level = "debug" | "info" | "warn" | "error";

const LEVELS: Readonly<Record<string, Level>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** The level and the text of a line such as `WARNING refute.server: ...`; other lines belong to the one before. */
export function parseLogLine(line: string, before: Level): readonly [Level, string] {
  const [, word = "", text = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
  const level = LEVELS[word];
  return level === undefined ? [before, line] : [level, text];
}
