/**
 * Comments, strings and quoted names in the text of SQL, for engines whose clients must split files themselves.
 *
 * @module
 */

/** How an engine writes comments and quotes. */
export interface Lexis {
  /** A backslash in a string takes the next character with it. */
  readonly backslashEscapes: boolean;
  /** `#` begins a comment. */
  readonly hashComments: boolean;
  /** `--` begins a comment only before white space or the end of the text. */
  readonly dashesNeedSpace: boolean;
  /** `[name]` is a quoted name. */
  readonly brackets: boolean;
  /** Comments such as `/*! ... *\/` hold SQL that the server runs. */
  readonly executableComments: boolean;
}

/**
 * The end of the comment that begins at `at`, or `at` when none does. An unfinished comment ends with the text;
 * a line comment ends before its line feed.
 */
export function skipComment(sql: string, at: number, lexis: Lexis): number {
  const first = sql[at];
  // In one place: V8 merges two equal searches into one that runs before the conditions, for every character.
  if (first === "#" ? lexis.hashComments : first === "-" && beginsDashComment(sql, at, lexis)) {
    const end = sql.indexOf("\n", at);
    return end === -1 ? sql.length : end;
  }
  if (first === "/" && sql[at + 1] === "*") {
    if (lexis.executableComments && /^\/\*M?!/.test(sql.slice(at, at + 4))) return at;
    return after(sql, "*/", at + 2);
  }
  return at;
}

/** The end of the string, quoted name or executable comment that begins at `at`, or `at` when none does. */
export function skipQuoted(sql: string, at: number, lexis: Lexis): number {
  const quote = sql[at];
  if (quote === "[" && lexis.brackets) return after(sql, "]", at + 1);
  if (quote === "/" && lexis.executableComments && /^\/\*M?!/.test(sql.slice(at, at + 4))) {
    return after(sql, "*/", at + 2);
  }
  if (quote !== "'" && quote !== '"' && quote !== "`") return at;
  // A doubled quote needs no case of its own: it reads as one string that ends and another that begins.
  for (let next = at + 1; next < sql.length; next++) {
    if (sql[next] === quote) return next + 1;
    if (sql[next] === "\\" && lexis.backslashEscapes && quote !== "`") next++;
  }
  return sql.length;
}

function beginsDashComment(sql: string, at: number, lexis: Lexis): boolean {
  if (sql[at + 1] !== "-") return false;
  const third = sql[at + 2];
  return !lexis.dashesNeedSpace || third === undefined || /\s/.test(third);
}

function after(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found === -1 ? sql.length : found + mark.length;
}

/** The index of the first character of `sql` that is neither white space nor in a comment; its length when all are. */
export function skipBlank(sql: string, lexis: Lexis): number {
  for (let at = 0; at < sql.length; ) {
    const end = skipComment(sql, at, lexis);
    if (end > at) at = end;
    else if (/\s/.test(sql[at] ?? "")) at++;
    else return at;
  }
  return sql.length;
}
