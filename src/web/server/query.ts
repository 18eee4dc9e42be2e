/**
 * What the query of an address says.
 *
 * @module
 */
import type { Context } from "hono";
import { Refusal } from "./failures.ts";

/** The value of a parameter that has to be there. Throws BAD_REQUEST. */
export function required({ req }: Context, name: string): string {
  const value = req.query(name);
  if (value !== undefined && value !== "") return value;
  throw new Refusal("BAD_REQUEST", `The address lacks \`${name}\`.`);
}

/** The value of a parameter that is one of `choices`. Throws BAD_REQUEST. */
export function oneOf<Choice extends string>(
  context: Context,
  name: string,
  choices: readonly Choice[],
): Choice {
  const value = required(context, name);
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new Refusal("BAD_REQUEST", `\`${name}\` has to be ${choices.join(" or ")}.`);
}

/** The value of a parameter that counts, up to `most`. Throws BAD_REQUEST. */
export function count({ req }: Context, name: string, fallback: number, most: number): number {
  const value = req.query(name);
  if (value === undefined) return fallback;
  if (/^\d{1,9}$/.test(value)) return Math.min(Number(value), most);
  throw new Refusal("BAD_REQUEST", `\`${name}\` has to be a whole number.`);
}
