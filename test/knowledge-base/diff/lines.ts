import { stringifyJson } from "../../../src/json/stringify.ts";
import type { FieldChange } from "../../../src/knowledge-base/comparison.ts";
import { type CompareValuesOptions, compareValues } from "../../../src/knowledge-base/diff/compare.ts";

/** Compares two JSON texts. */
export function compare(before: string, after: string, options: CompareValuesOptions = {}): FieldChange[] {
  return compareValues(Buffer.from(before), Buffer.from(after), options);
}

/** Compares two values of JavaScript. */
export function compareData(
  before: unknown,
  after: unknown,
  options: CompareValuesOptions = {},
): FieldChange[] {
  return compare(JSON.stringify(before), JSON.stringify(after), options);
}

/** Changes as short lines: `+ /path after`, `- /path before`, `~ /path before -> after`, `> /path before -> after`; `#` where renumbered. */
export function lines(changes: readonly FieldChange[]): string[] {
  return changes.map(({ path, kind, before, after }) => {
    switch (kind) {
      case "added":
        return `+ ${path} ${stringifyJson(after)}`;
      case "removed":
        return `- ${path} ${stringifyJson(before)}`;
      case "changed":
        return `~ ${path} ${stringifyJson(before)} -> ${stringifyJson(after)}`;
      case "moved":
        return `> ${path} ${stringifyJson(before)} -> ${stringifyJson(after)}`;
      default:
        return `# ${path} ${stringifyJson(before)} -> ${stringifyJson(after)}`;
    }
  });
}
