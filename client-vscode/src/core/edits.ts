/** What edits make of a text. */

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `text` with all of the replacements made. They count from the text as it is, and do not overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const backwards = [...replacements].sort((one, other) => other.start - one.start || other.end - one.end);
  return backwards.reduce(
    (changed, { start, end, text: put }) => changed.slice(0, start) + put + changed.slice(end),
    text,
  );
}
