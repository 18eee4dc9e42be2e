/**
 * Arguments that name a state or a file.
 *
 * @module
 */
import { sep } from "node:path";

/** A path or a ref: what holds a `/` or ends in `.json` is a path, which no label, tag or other ref can do. */
export function sideOf(argument: string): string | { readonly file: string } {
  const isPath = argument.includes("/") || argument.includes(sep) || /\.json$/i.test(argument);
  return isPath ? { file: argument } : argument;
}

/** What help says about such arguments, in front of the help on refs. */
export const sideHelp = `
An argument that holds a / or ends in .json is the path of a file; anything else is a ref.
`;
