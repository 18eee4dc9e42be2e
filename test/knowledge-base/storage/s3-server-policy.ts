/**
 * Policies of AWS as far as `docs/shared-stores.md` uses them: statements that allow or deny actions on resources under
 * conditions. What it does not know it refuses to read, so that no test passes because of a condition that nobody looked at.
 *
 * @module
 */

export interface S3Policy {
  readonly Version: string;
  readonly Statement: readonly S3Statement[];
}

interface S3Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What is asked for: an action on a resource, and the keys that conditions may look at. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly keys: Readonly<Record<string, string | undefined>>;
}

/** Whether `policy` allows what is asked for; nothing is allowed by default, and a denial wins. */
export function isAllowed({ Statement }: S3Policy, asked: Asked): boolean {
  const effects = Statement.filter((statement) => applies(statement, asked)).map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

function applies(
  { Action, Resource, Condition = {} }: S3Statement,
  { action, resource, keys }: Asked,
): boolean {
  return (
    [Action].flat().some((pattern) => isLike(action, pattern)) &&
    [Resource].flat().some((pattern) => isLike(resource, pattern)) &&
    Object.entries(Condition).every(([operator, tests]) =>
      Object.entries(tests).every(([key, values]) => holds(operator, keys[key], [values].flat())),
    )
  );
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case "StringLike":
      return value !== undefined && wanted.some((pattern) => isLike(value, pattern));
    case "StringEquals":
    case "Bool":
      return value !== undefined && wanted.includes(value);
    case "Null":
      return wanted.includes(String(value === undefined));
    default:
      throw new Error(`the test server does not know the condition ${operator}`);
  }
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
