/**
 * How far long work is, on one line of the terminal that is written over and over.
 *
 * @module
 */
import { size } from "./print/amount.ts";
import { escapeText } from "./print/escape.ts";
import { cutToWidth } from "./print/width.ts";

/** Takes what was written on the line away and goes to its beginning. */
const clearLine = "\r\u001b[2K";

/** Columns of a terminal that does not say how many it has. */
const usualColumns = 80;

/** What is shown: a few words, and the bytes that are done where they can be counted. */
export interface ProgressShown {
  readonly message: string;
  readonly bytes: number | null;
}

/** ProgressLine shows progress on a terminal, and nothing anywhere else. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #wanted: boolean;
  #shown = false;

  constructor(stream: NodeJS.WriteStream, flags: { readonly json: boolean; readonly quiet: boolean }) {
    this.#stream = stream;
    this.#wanted = stream.isTTY === true && !flags.json && !flags.quiet;
  }

  readonly show = ({ message, bytes }: ProgressShown): void => {
    if (!this.#wanted) return;
    const amount = bytes === null || bytes === 0 ? "" : ` ${size(bytes)}`;
    const line = cutToWidth(
      escapeText(`${message}${amount} ...`),
      (this.#stream.columns || usualColumns) - 1,
    );
    this.#stream.write(`${clearLine}${line}`);
    this.#shown = true;
  };

  /** Takes the line away, so that what follows begins on an empty one. */
  clear(): void {
    if (this.#shown) this.#stream.write(clearLine);
    this.#shown = false;
  }
}
