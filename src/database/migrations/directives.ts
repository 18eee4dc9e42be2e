/**
 * Directives: comments `-- kbvault: WORD ...` by which a migration says how it wants to be treated.
 *
 * @module
 */

/** What the directives of a file say. */
export interface Directives {
  /** The statements run outside a transaction, one after the other. */
  readonly noTransaction: boolean;
  /** Why the migration cannot be rolled back; null when it can. */
  readonly irreversible: string | null;
  /** What the migration is for, in the author's words. */
  readonly description: string | null;
  /** Migrations (ids or names) that must be applied before. */
  readonly requires: readonly string[];
  /** Findings of `lint` that the author accepts. */
  readonly allowed: readonly AllowedFinding[];
}

/** A finding of `lint` that the author accepts, with the reason. */
export interface AllowedFinding {
  readonly rule: string;
  readonly reason: string;
  /** Line of the directive, from 1. */
  readonly line: number;
}

/** A directive that breaks a rule. */
export interface DirectiveProblem {
  readonly line: number;
  readonly message: string;
}

const directiveLine = /^[ \t]*--[ \t]*kbvault:[ \t]*(?<word>\S*)[ \t]*(?<rest>.*?)[ \t\r]*$/;

/**
 * Reads the directives of a file. They stand in the comments above the first statement; `allow RULE REASON` may also
 * stand above the statement that it is about.
 */
export function parseDirectives(text: string): {
  readonly directives: Directives;
  readonly problems: readonly DirectiveProblem[];
} {
  const found = {
    noTransaction: false,
    irreversible: null as string | null,
    description: null as string | null,
  };
  const requires: string[] = [];
  const allowed: AllowedFinding[] = [];
  const problems: DirectiveProblem[] = [];
  if (!text.includes("kbvault:")) return { directives: { ...found, requires, allowed }, problems };

  let inHeader = true;
  text.split("\n").forEach((content, index) => {
    const line = index + 1;
    const groups = directiveLine.exec(content)?.groups;
    if (groups === undefined) {
      if (!/^\s*(?:--.*)?$/.test(content)) inHeader = false;
      return;
    }
    const { word = "", rest = "" } = groups;
    const problem = (message: string): void => {
      problems.push({ line, message });
    };
    if (word !== "allow" && !inHeader) {
      problem(`the directive "${word}" must stand above the first statement`);
      return;
    }
    switch (word) {
      case "no-transaction":
        if (rest !== "") problem(`the directive "no-transaction" takes nothing behind it, but has "${rest}"`);
        found.noTransaction = true;
        break;
      case "irreversible":
        if (rest === "") problem('the directive "irreversible" needs a reason');
        found.irreversible = rest;
        break;
      case "description":
        if (rest === "") problem('the directive "description" needs a text');
        found.description = rest;
        break;
      case "requires":
        if (!/^\w+$/.test(rest)) problem('the directive "requires" needs the name of one migration');
        requires.push(rest);
        break;
      case "allow": {
        const [rule = "", ...words] = rest.split(/\s+/);
        if (words.length === 0) problem('the directive "allow" needs a rule and a reason');
        allowed.push({ rule, reason: words.join(" "), line });
        break;
      }
      default:
        problem(
          `the directive "${word}" is unknown; there are no-transaction, irreversible, description, requires, allow`,
        );
    }
  });
  return { directives: { ...found, requires, allowed }, problems };
}
