/** What the sandbox does and does not keep functions from, in plain words. */

import type { ServerStatus } from "./protocol";

/** What is refused, by the server's names for it, in the order in which it is told. */
const REFUSED: readonly (readonly [string, string])[] = [
  ["fs-read", "read your files"],
  ["fs-write", "write files"],
  ["network", "use the network"],
  ["process", "start processes"],
  ["signal", "signal other processes"],
  ["ipc", "share memory with others"],
];

const BOUNDED: readonly (readonly [string, string])[] = [
  ["memory", "memory"],
  ["time", "time"],
];

/** Words for what the server calls by the system's names. */
const PLAIN: Readonly<Record<string, string>> = {
  namespaces: "a second wall of Linux namespaces",
};

const AND = new Intl.ListFormat("en");
const OR = new Intl.ListFormat("en", { type: "disjunction" });

/** Facts for the tooltip: what functions cannot do, then one for each thing that is not enforced, with the reason. */
export function sandboxFacts({ sandbox, sandboxMissing }: ServerStatus): readonly string[] {
  if (sandboxMissing.some((missing) => missing.startsWith("everything:"))) {
    return ["Sandbox: off. Functions run with your own rights"];
  }
  if (sandbox.length === 0) {
    return ["Sandbox: not started yet"];
  }
  const words = (names: typeof REFUSED) => names.filter(([name]) => sandbox.includes(name)).map(([, word]) => word);
  const [refused, bounded] = [words(REFUSED), words(BOUNDED)];
  const cannot = refused.length === 0 ? [] : [`functions cannot ${OR.format(refused)}`];
  const limited = bounded.length === 0 ? [] : [`${AND.format(bounded)} ${bounded.length === 1 ? "is" : "are"} bounded`];
  return [`Sandbox: ${[...cannot, ...limited].join("; ")}`, ...sandboxMissing.map(notEnforced)];
}

function notEnforced(missing: string): string {
  const [, what = missing, why = ""] = /^([^:]+): (.*)$/s.exec(missing) ?? [];
  return `Not enforced here: ${PLAIN[what] ?? what}${why === "" ? "" : ` (${why})`}`;
}
