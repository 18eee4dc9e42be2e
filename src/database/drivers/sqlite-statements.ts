/**
 * Files of SQLite, split as its own shell splits them.
 *
 * @module
 */
import type { Statement } from "./driver.ts";
import { type Lexis, skipComment, skipQuoted } from "./lexis.ts";

const lexis: Lexis = {
  backslashEscapes: false,
  hashComments: false,
  dashesNeedSpace: false,
  brackets: true,
  executableComments: false,
};

const word = /[\p{L}\p{N}_$]+/uy;

/**
 * The statements of a file. A semicolon ends one, except inside CREATE TRIGGER, where only `; END ;` does:
 * the algorithm of `sqlite3_complete` (https://sqlite.org/c3ref/complete.html).
 */
export function splitSqlite(sql: string): readonly Statement[] {
  const statements: Statement[] = [];
  let start = -1;
  // The first words of the statement, until they tell whether it is a CREATE TRIGGER.
  let opening = "";
  let previous: "semicolon" | "end" | "other" = "other";
  const finish = (end: number): void => {
    if (start !== -1)
      statements.push({ text: sql.slice(start, end).trimEnd(), offset: start, patient: false });
    start = -1;
    opening = "";
    previous = "other";
  };
  for (let at = 0; at < sql.length; ) {
    const afterComment = skipComment(sql, at, lexis);
    if (afterComment > at) {
      at = afterComment;
      continue;
    }
    const character = sql[at] ?? "";
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (character === ";") {
      const insideTrigger = /^create (?:temp |temporary )?trigger $/.test(opening) && previous !== "end";
      if (insideTrigger) previous = "semicolon";
      else finish(at);
      at++;
      continue;
    }
    if (start === -1) start = at;
    word.lastIndex = at;
    const found = word.exec(sql)?.[0];
    if (found === undefined) {
      at = Math.max(skipQuoted(sql, at, lexis), at + 1);
      previous = "other";
      continue;
    }
    if (opening.split(" ").length <= 3 && !opening.includes("trigger ")) opening += `${found.toLowerCase()} `;
    previous = previous === "semicolon" && found.toLowerCase() === "end" ? "end" : "other";
    at += found.length;
  }
  finish(sql.length);
  return statements;
}
