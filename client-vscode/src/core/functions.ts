/** Finds functions among the verdicts of a document. */

import type { FunctionVerdict, Position, Range } from "./protocol";

/** The innermost function around `position`. */
export function functionAt(functions: readonly FunctionVerdict[], position: Position): FunctionVerdict | undefined {
  const around = functions.filter(({ range }) => contains(range, position));
  return around.reduce<FunctionVerdict | undefined>(
    (best, candidate) => (best === undefined || contains(best.range, candidate.range.start) ? candidate : best),
    undefined,
  );
}

/** The functions that were violated in `before` and hold in `now`. */
export function mended(
  before: readonly FunctionVerdict[],
  now: readonly FunctionVerdict[],
): readonly FunctionVerdict[] {
  const violated = new Set(before.filter(({ verdict }) => verdict === "violated").map((known) => known.function));
  return now.filter(({ function: name, verdict, outdated }) => verdict === "holds" && !outdated && violated.has(name));
}

function contains(range: Range, position: Position): boolean {
  return !isBefore(position, range.start) && !isBefore(range.end, position);
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
