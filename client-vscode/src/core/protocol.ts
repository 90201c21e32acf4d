/** What client and server say to each other beyond LSP; described in docs/lsp.md. */

export type ModelState = "off" | "missing" | "loading" | "ready" | "busy" | "unloaded" | "failed";

export interface ServerStatus {
  readonly model: {
    readonly state: ModelState;
    readonly name: string;
    readonly backend: string;
    readonly detail: string;
    readonly tokensPerSecond: number | null;
  };
  /** Null until a function is run. */
  readonly interpreter: string | null;
  /** Why none was found, if that is so. */
  readonly interpreterProblem: string | null;
  readonly hypothesis: string | null;
  /** What functions are really refused, by the server's names for it. */
  readonly sandbox: readonly string[];
  /** What is not enforced on this system, each as "what: why". */
  readonly sandboxMissing: readonly string[];
  readonly queued: number;
  readonly paused: boolean;
  /** Why checks wait, if they do. */
  readonly waiting: string | null;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Counterexample {
  readonly arguments: Readonly<Record<string, string>>;
  readonly result: string | null;
  readonly exception: string | null;
  /** One-based line where the exception arose. */
  readonly line: number | null;
  readonly explanation: string;
}

/** The server's judgement of a property; `suggested` is a refuted one that rests on too little for a warning. */
export type Ruling = "violated" | "suggested" | "holds" | "vacuous" | "rejected" | "dismissed" | "error";

export interface PropertyVerdict {
  readonly id: string;
  readonly statement: string;
  readonly evidence: string;
  readonly ruling: Ruling;
  readonly examples: number;
  readonly counterexample: Counterexample | null;
}

export interface FunctionVerdict {
  readonly function: string;
  readonly range: Range;
  readonly selectionRange: Range;
  readonly running: boolean;
  readonly outdated: boolean;
  readonly verdict: "violated" | "holds" | "unknown" | "skipped" | null;
  readonly reason: string | null;
  readonly seconds: number;
  readonly properties: readonly PropertyVerdict[];
}

export interface DocumentVerdicts {
  readonly uri: string;
  readonly version: number | null;
  readonly functions: readonly FunctionVerdict[];
}

/** The arguments of the server's command `refute.check`. */
export interface CheckRequest {
  readonly uri: string;
  readonly function?: string;
}

/** One input that a function was tried on, and what came of it. */
export interface TriedInput {
  readonly arguments: Readonly<Record<string, string>>;
  /** The docstring states it; it was not drawn. */
  readonly stated: boolean;
  readonly result: string | null;
  readonly exception: string | null;
}

/** How many inputs had something in common; `name` is a parameter, or "" for what came out. */
export interface Share {
  readonly name: string;
  readonly label: string;
  readonly count: number;
}

/** The answer of the server's command `refute.inputs`. */
export interface Inputs {
  readonly function: string;
  readonly version: number | null;
  readonly domain: {
    readonly parameters: Readonly<Record<string, string>>;
    readonly precondition: string | null;
  } | null;
  readonly calls: number;
  readonly distinct: number;
  readonly discarded: number;
  readonly reason: string | null;
  readonly inputs: readonly TriedInput[];
  readonly shares: readonly Share[];
  readonly lines: readonly { readonly line: number; readonly calls: number }[];
}

/** Names one function of an open document. */
export interface FunctionName {
  readonly uri: string;
  readonly function: string;
}
