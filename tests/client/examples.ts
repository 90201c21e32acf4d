/** Verdicts for tests. */

import type { Counterexample, FunctionVerdict, PropertyVerdict } from "../../client-vscode/src/core/protocol";

export function verdict(
  name: string,
  firstLine: number,
  lastLine: number,
  changes: Partial<FunctionVerdict> = {},
): FunctionVerdict {
  const start = { line: firstLine, character: 0 };
  return {
    function: name,
    range: { start, end: { line: lastLine, character: 40 } },
    selectionRange: { start: { line: firstLine, character: 4 }, end: { line: firstLine, character: 8 } },
    running: false,
    outdated: false,
    verdict: "holds",
    reason: null,
    seconds: 0.5,
    properties: [],
    ...changes,
  };
}

export function property(id: string, changes: Partial<PropertyVerdict> = {}): PropertyVerdict {
  return {
    id,
    statement: `statement ${id}`,
    evidence: "docstring",
    ruling: "holds",
    examples: 200,
    counterexample: null,
    ...changes,
  };
}

export function counterexample(args: Readonly<Record<string, string>>, result: string | null): Counterexample {
  return { arguments: args, result, exception: null, line: null, explanation: "" };
}
