/** The code actions of the server, sorted by what they are for, so that each has a command of its own. */

/** What is read of a code action as LSP has it. */
export interface Action {
  readonly title: string;
  readonly isPreferred?: boolean;
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
  readonly data?: unknown;
}

export type Purpose = "fix" | "keep" | "pin" | "dismiss" | "restore" | "narrow" | "implement";

/** What is said where a function has no action for a purpose. */
export const NOTHING: Readonly<Record<Purpose, string>> = {
  fix: "no checked fix is known for this function.",
  keep: "this function has no counterexample that is not kept yet.",
  pin: "this function has no property to pin.",
  dismiss: "nothing is violated in this function.",
  restore: "no property of this function was dismissed.",
  narrow: "the domain of this function cannot be narrowed here.",
  implement: "this is no stub with a docstring.",
};

/** The actions for `purpose`, without the prefix that they have in menus among others. */
export function actionsFor<T extends Action>(actions: readonly T[], purpose: Purpose): readonly T[] {
  return actions.filter((action) => purposeOf(action) === purpose);
}

export function purposeOf({ command, data, title }: Action): Purpose | undefined {
  const named = /^refute\.(dismiss|restore|implement|pin|narrow)/.exec(command?.command ?? "")?.[1];
  if (named !== undefined) {
    return named as Purpose;
  }
  const fields = typeof data === "object" && data !== null ? data : {};
  if ("fix" in fields) {
    return "fix";
  }
  if ("test" in fields) {
    return "keep";
  }
  if ("pin" in fields || "narrow" in fields) {
    return "pin" in fields ? "pin" : "narrow";
  }
  return /^Refute: (pin|narrow) /.exec(title)?.[1] as Purpose | undefined;
}

/** The title without the prefix that it needs only beside the actions of other extensions. */
export function bare(title: string): string {
  const text = title.replace(/^Refute: /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
