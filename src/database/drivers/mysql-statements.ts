/**
 * Files of MySQL and MariaDB, split as their command-line client splits them.
 *
 * @module
 */
import type { Statement } from "./driver.ts";
import { type Lexis, skipComment, skipQuoted } from "./lexis.ts";

const lexis: Lexis = {
  backslashEscapes: true,
  hashComments: true,
  dashesNeedSpace: true,
  brackets: false,
  executableComments: true,
};

const delimiterCommand = /delimiter[ \t]+(\S+)[^\n]*/iy;

/** The statements of a file; lines `DELIMITER //` change what ends one, for procedures, functions and triggers. */
export function splitMysql(sql: string): readonly Statement[] {
  const statements: Statement[] = [];
  let delimiter = ";";
  let start = -1;
  const finish = (end: number): void => {
    const text = start === -1 ? "" : sql.slice(start, end).trimEnd();
    if (text !== "") statements.push({ text, offset: start, patient: false });
    start = -1;
  };
  for (let at = 0; at < sql.length; ) {
    const afterComment = skipComment(sql, at, lexis);
    if (afterComment > at) {
      at = afterComment;
    } else if (sql.startsWith(delimiter, at)) {
      finish(at);
      at += delimiter.length;
    } else if (/\s/.test(sql[at] ?? "")) {
      at++;
    } else {
      const command = start === -1 ? delimiterAt(sql, at) : null;
      if (command !== null) {
        delimiter = command.delimiter;
        at = command.end;
        continue;
      }
      if (start === -1) start = at;
      at = Math.max(skipQuoted(sql, at, lexis), at + 1);
    }
  }
  finish(sql.length);
  return statements;
}

function delimiterAt(sql: string, at: number): { readonly delimiter: string; readonly end: number } | null {
  delimiterCommand.lastIndex = at;
  const match = delimiterCommand.exec(sql);
  return match?.[1] === undefined ? null : { delimiter: match[1], end: delimiterCommand.lastIndex };
}
