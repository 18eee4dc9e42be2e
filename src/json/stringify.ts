/**
 * Printing of values as JSON text that loses nothing.
 *
 * @module
 * @see RFC 8259: https://www.rfc-editor.org/rfc/rfc8259
 */
import { JsonNumber } from "./value.ts";

/** An array or object that is being printed. */
interface Frame {
  readonly container: object;
  readonly brackets: "[]" | "{}";
  /** The printed key of each child, with its colon; nothing in an array. */
  readonly labels: readonly string[];
  readonly children: readonly unknown[];
  printed: number;
}

/**
 * The JSON text of `value`, as `JSON.stringify` prints plain data, except that a JsonNumber prints as its text.
 * Members that are undefined are left out (in an array they print as `null`, and so does `value` itself); dates print
 * in ISO 8601, as does everything with a `toJSON`. Any depth is safe.
 *
 * @param indent spaces by which each level is indented; 0, the default, prints everything on one line.
 * @throws TypeError for a value that contains itself, and for a bigint, as `JSON.stringify` does.
 * @example
 * ```ts
 * stringifyJson({ price: new JsonNumber("1.10"), note: undefined }); // '{"price":1.10}'
 * ```
 */
export function stringifyJson(value: unknown, indent = 0): string {
  const frames: Frame[] = [];
  const ancestors = new Set<object>();
  const colon = indent > 0 ? ": " : ":";
  let text = "";

  const print = (child: unknown): void => {
    if (typeof child !== "object" || child === null) {
      text += JSON.stringify(child) ?? "null";
    } else if (child instanceof JsonNumber) {
      text += child.text;
    } else {
      if (ancestors.has(child))
        throw new TypeError("A value that contains itself cannot be printed as JSON.");
      const frame = frameOf(child, colon);
      text += frame.brackets[0];
      ancestors.add(child);
      frames.push(frame);
    }
  };

  print(replaced(value, ""));
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.printed === frame.children.length) {
      frames.pop();
      ancestors.delete(frame.container);
      if (frame.printed > 0) text += lineBreak(indent, frames.length);
      text += frame.brackets[1];
    } else {
      if (frame.printed > 0) text += ",";
      text += lineBreak(indent, frames.length) + (frame.labels[frame.printed] ?? "");
      print(frame.children[frame.printed++]);
    }
  }
  return text;
}

function frameOf(container: object, colon: string): Frame {
  if (Array.isArray(container)) {
    const children = Array.from(container, (child: unknown, index) => replaced(child, String(index)));
    return { container, brackets: "[]", labels: [], children, printed: 0 };
  }
  const labels: string[] = [];
  const children: unknown[] = [];
  for (const [key, member] of Object.entries(container)) {
    const child = replaced(member, key);
    if (child === undefined) continue;
    labels.push(JSON.stringify(key) + colon);
    children.push(child);
  }
  return { container, brackets: "{}", labels, children, printed: 0 };
}

/** What prints in place of `value`: the result of its `toJSON`, and undefined for what JSON has no word for. */
function replaced(value: unknown, key: string): unknown {
  const replacement = hasToJson(value) ? value.toJSON(key) : value;
  return typeof replacement === "function" || typeof replacement === "symbol" ? undefined : replacement;
}

function hasToJson(value: unknown): value is { toJSON(key: string): unknown } {
  return (
    typeof value === "object" && value !== null && "toJSON" in value && typeof value.toJSON === "function"
  );
}

function lineBreak(indent: number, depth: number): string {
  return indent > 0 ? `\n${" ".repeat(indent * depth)}` : "";
}
