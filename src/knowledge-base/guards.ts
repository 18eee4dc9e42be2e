/**
 * Guards for the members of stored files: what was read from disk is nothing until each member has been looked at.
 *
 * @module
 */
import { damaged } from "./seal.ts";

/** Tells whether a value from a file is a `T`. */
export type Guard<T> = (value: unknown) => value is T;

/** One guard for each member of `T`. */
export type Guards<T> = { readonly [Key in keyof T]: Guard<T[Key]> };

/** Any text. */
export const isText: Guard<string> = (value) => typeof value === "string";

/** `true` or `false`. */
export const isFlag: Guard<boolean> = (value) => typeof value === "boolean";

/** A whole number from 0 up that a double holds exactly. */
export const isCount: Guard<number> = (value): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** A SHA-256 as 64 lower-case hexadecimal digits. */
export const isSha256: Guard<string> = (value): value is string =>
  isText(value) && /^[0-9a-f]{64}$/.test(value);

/** A time in UTC as `Date.prototype.toISOString` writes it, with a year of four digits. */
export const isTime: Guard<string> = (value): value is string =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));

/** One of the given texts. */
export function oneOf<T extends string>(...texts: readonly T[]): Guard<T> {
  return (value): value is T => texts.some((text) => text === value);
}

/** What `guard` accepts, or null. */
export function orNull<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/** An array in which `guard` accepts every element. */
export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(guard);
}

/** An offset and a length. */
export const isRange: Guard<readonly [number, number]> = (value): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isCount);

/** An object whose members `guards` accept; further members do no harm. */
export function shape<T>(guards: Guards<T>): Guard<T> {
  return (value): value is T => typeof value === "object" && value !== null && misfit(value, guards) === null;
}

/**
 * The members of `value` that `guards` name, without any others.
 *
 * @param file name of the blob that holds `value`, for the message.
 * @throws KbvaultError STORE_DAMAGED (`data.file`, `data.member`) naming the first member that its guard refuses
 */
export function pick<T extends object>(value: object, guards: Guards<T>, file: string): T {
  const member = misfit(value, guards);
  if (member !== null) {
    throw damaged(file, `its member "${member}" is missing or is not what it must be`, { member });
  }
  const entries = Object.keys(guards).map((key) => [key, (value as Record<string, unknown>)[key]]);
  return Object.fromEntries(entries) as T;
}

function misfit<T>(value: object, guards: Guards<T>): string | null {
  const members = value as Record<string, unknown>;
  for (const [key, guard] of Object.entries<Guard<unknown>>(guards)) {
    if (!Object.hasOwn(members, key) || !guard(members[key])) return key;
  }
  return null;
}
