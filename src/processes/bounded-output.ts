/**
 * The output of a process: redacted, by lines, and no more of it than is wanted.
 *
 * @module
 */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { redactText } from "./redact.ts";

/** A line longer than this is passed on in pieces, so that a process without line ends costs no memory. */
const LONGEST_LINE = 16_384;

/** BoundedOutput joins what several streams bring, in the order in which it comes, and keeps the end of it. */
export class BoundedOutput {
  readonly #limit: number;
  readonly #secrets: readonly string[];
  readonly #onLine: ((line: string) => void) | undefined;
  #kept = "";
  #hiddenCharacters = 0;
  readonly #begun = new Map<Readable, string>();

  constructor(limit: number, secrets: readonly string[], onLine?: (line: string) => void) {
    this.#limit = limit;
    this.#secrets = secrets;
    this.#onLine = onLine;
  }

  /** Reads the streams until they end or fail. */
  listenTo(...streams: readonly (Readable | null)[]): void {
    for (const stream of streams) {
      if (stream === null) continue;
      const decoder = new StringDecoder("utf8");
      this.#begun.set(stream, "");
      stream.on("data", (chunk: Buffer) => this.#add(stream, decoder.write(chunk)));
      stream.on("error", () => {});
    }
  }

  /** What was kept, and how many characters in front of it were not. */
  result(): { readonly output: string; readonly hiddenCharacters: number } {
    for (const [stream, rest] of this.#begun) {
      if (rest !== "") this.#take(rest, "");
      this.#begun.set(stream, "");
    }
    return { output: this.#kept, hiddenCharacters: this.#hiddenCharacters };
  }

  /** Whole lines are redacted, so that a secret that arrives in two pieces is not overlooked. */
  #add(stream: Readable, text: string): void {
    const lines = ((this.#begun.get(stream) ?? "") + text).split("\n");
    let rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line, "\n");
    if (rest.length > LONGEST_LINE) {
      this.#take(rest, "");
      rest = "";
    }
    this.#begun.set(stream, rest);
  }

  #take(line: string, end: string): void {
    const shown = redactText(line, this.#secrets);
    this.#onLine?.(shown);
    const all = this.#kept + shown + end;
    const hidden = Math.max(0, all.length - this.#limit);
    this.#kept = all.slice(hidden);
    this.#hiddenCharacters += hidden;
  }
}
