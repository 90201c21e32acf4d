/** The code actions of the server, sorted by what they are for, so that each has a command of its own. */

/** What is read of a code action as LSP has it. */
export interface Action {
  readonly title: string;
  readonly isPreferred?: boolean;
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
  readonly data?: unknown;
}

export type Purpose = "fix" | "keep" | "pin" | "dismiss" | "restore" | "narrow" | "widen" | "implement";

/** What is said where a function has no action for a purpose. */
export const NOTHING: Readonly<Record<Purpose, string>> = {
  fix: "no checked fix is known for this function.",
  keep: "this function has no counterexample that is not kept yet.",
  pin: "no property is known that is not stated or pinned yet.",
  dismiss: "nothing is violated in this function.",
  restore: "no property of this function was dismissed.",
  narrow: "no counterexample suggests a narrower domain.",
  widen: "the domain of this function was not narrowed.",
  implement: "this is no stub with a docstring.",
};

/** The actions for `purpose`, without the prefix that they have in menus among others. */
export function actionsFor<T extends Action>(actions: readonly T[], purpose: Purpose): readonly T[] {
  return actions.filter((action) => purposeOf(action) === purpose);
}

export function purposeOf({ command, data, title }: Action): Purpose | undefined {
  const named = /^refute\.(dismiss|restore|narrow|widen|implement)$/.exec(command?.command ?? "")?.[1];
  if (named !== undefined) {
    return named as Purpose;
  }
  const fields = typeof data === "object" && data !== null ? data : {};
  if ("fix" in fields) {
    return "fix";
  }
  // Counterexamples and properties both become tests; only the title tells which.
  return "test" in fields ? (title.startsWith("Refute: pin ") ? "pin" : "keep") : undefined;
}

/** The title without the prefix that it needs only beside the actions of other extensions. */
export function bare(title: string): string {
  const text = title.replace(/^Refute: /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
