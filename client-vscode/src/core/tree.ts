/** What the Testing view shows of a document: its functions, and below each the properties that were judged. */

import { inWords, lineOf, violations } from "./counterexamples";
import type { FunctionVerdict, PropertyVerdict, Range } from "./protocol";

export type Result =
  | { readonly kind: "passed"; readonly milliseconds: number | undefined }
  | { readonly kind: "failed"; readonly message: string; readonly line: number }
  | { readonly kind: "skipped" };

export interface Node {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly range: Range;
  readonly running: boolean;
  readonly outdated: boolean;
  /** Undefined for what was not judged yet. */
  readonly result: Result | undefined;
  readonly children: readonly Node[];
}

export function nodesOf(functions: readonly FunctionVerdict[]): readonly Node[] {
  return functions.map((known) => ({
    id: known.function,
    label: known.function,
    description: known.reason ?? "",
    range: known.range,
    running: known.running,
    outdated: known.outdated,
    result: functionResult(known),
    children: known.properties.filter(isJudged).map((property) => propertyNode(known, property)),
  }));
}

function isJudged({ ruling }: PropertyVerdict): boolean {
  return ruling === "violated" || ruling === "suggested" || ruling === "holds";
}

function functionResult(known: FunctionVerdict): Result | undefined {
  switch (known.verdict) {
    case null:
      return undefined;
    case "violated": {
      const [first, ...more] = violations(known);
      const rest = more.length === 0 ? "" : `\nand ${more.length} more`;
      const line = lineOf(known, first?.counterexample ?? null);
      return { kind: "failed", message: first === undefined ? "violated" : `${messageOf(first)}${rest}`, line };
    }
    case "holds":
      return { kind: "passed", milliseconds: 1000 * known.seconds };
    case "unknown":
    case "skipped":
      return { kind: "skipped" };
  }
}

function propertyNode(known: FunctionVerdict, property: PropertyVerdict): Node {
  return {
    id: property.id,
    label: property.statement,
    description: property.ruling === "suggested" ? `${property.evidence}: only a guess` : property.evidence,
    range: known.selectionRange,
    running: known.running,
    outdated: known.outdated,
    result: propertyResult(known, property),
    children: [],
  };
}

function propertyResult(known: FunctionVerdict, property: PropertyVerdict): Result {
  switch (property.ruling) {
    case "violated":
      return { kind: "failed", message: messageOf(property), line: lineOf(known, property.counterexample) };
    case "holds":
      return { kind: "passed", milliseconds: undefined };
    default:
      return { kind: "skipped" };
  }
}

function messageOf({ statement, evidence, counterexample }: PropertyVerdict): string {
  const explanation = counterexample?.explanation ? `\n${counterexample.explanation}` : "";
  const found = counterexample === null ? "" : `\n${inWords(counterexample)}${explanation}`;
  return `violated: ${statement} (${evidence})${found}`;
}
