/** What the Testing view shows of a document: its functions, and below each the properties that were judged. */

import { inWords, violations } from "./counterexamples";
import type { FunctionVerdict, PropertyVerdict, Range } from "./protocol";

export type Result =
  | { readonly kind: "passed"; readonly milliseconds: number | undefined }
  | { readonly kind: "failed"; readonly message: string }
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
    description: known.reason ?? counterexampleOf(violations(known)[0]),
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
    case "violated":
      // The output of a run shows this above what its properties say.
      return { kind: "failed", message: `${known.function}: ${violations(known).length} violated` };
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
    description: descriptionOf(property),
    range: known.selectionRange,
    running: known.running,
    outdated: known.outdated,
    result: propertyResult(property),
    children: [],
  };
}

function descriptionOf(property: PropertyVerdict): string {
  switch (property.ruling) {
    case "violated":
      return counterexampleOf(property);
    case "suggested":
      return `${property.evidence}: only a guess`;
    default:
      return property.evidence;
  }
}

function counterexampleOf(property: PropertyVerdict | undefined): string {
  return property?.counterexample ? inWords(property.counterexample) : "";
}

function propertyResult(property: PropertyVerdict): Result {
  switch (property.ruling) {
    case "violated":
      return { kind: "failed", message: messageOf(property) };
    case "holds":
      return { kind: "passed", milliseconds: undefined };
    default:
      return { kind: "skipped" };
  }
}

function messageOf({ statement, evidence, counterexample }: PropertyVerdict): string {
  const found = counterexample === null ? "" : `\n${counterexample.explanation || inWords(counterexample)}`;
  return `violated: ${statement} (${evidence})${found}`;
}
