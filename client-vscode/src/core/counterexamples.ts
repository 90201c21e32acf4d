/** Counterexamples in words. */

import type { Counterexample, FunctionVerdict, PropertyVerdict } from "./protocol";

/** One call and what came of it, such as `items=[1, 0] gives [1, 0]`. */
export function inWords(found: Counterexample): string {
  const call = Object.entries(found.arguments).map(([name, value]) => `${name}=${value}`);
  const what = found.exception === null ? `gives ${found.result}` : `raises ${found.exception}`;
  return [call.join(", ") || "the call", what].join(" ");
}

/** A counterexample beside the line that it refutes (zero-based). */
export interface InlineValue {
  readonly line: number;
  readonly text: string;
}

/** What is shown beside lines: for each violated function the first counterexample, unless the function was edited since. */
export function inlineValues(functions: readonly FunctionVerdict[]): readonly InlineValue[] {
  return functions.flatMap((known) => {
    const found = known.outdated ? undefined : violations(known)[0]?.counterexample;
    return found ? [{ line: lineOf(known, found), text: inWords(found) }] : [];
  });
}

/** The properties that deserve a warning. */
export function violations(known: FunctionVerdict): readonly PropertyVerdict[] {
  return known.properties.filter(({ ruling }) => ruling === "violated");
}

/** The line where the exception arose, if that is in the function, else the one with the function's name. */
function lineOf(known: FunctionVerdict, found: Counterexample | null): number {
  const line = (found?.line ?? 0) - 1;
  return known.range.start.line < line && line <= known.range.end.line ? line : known.selectionRange.start.line;
}
