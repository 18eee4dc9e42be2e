/**
 * One command over all knowledge bases of the configuration: each in turn, whatever becomes of the others.
 *
 * @module
 */
import { exitStatus, exitStatusOf } from "../errors.ts";
import type { KnowledgeBaseVersioner } from "../index.ts";
import type { OpenedKnowledgeBase, ValueOutcome } from "./context.ts";
import { escapeText } from "./print/escape.ts";
import type { Page } from "./print/page.ts";
import { pathText } from "./print/path.ts";
import { type ErrorDocument, errorDocument, errorLines } from "./print/problem.ts";

/** The flag of commands that can be done over all knowledge bases. */
export interface AllFlag {
  readonly all?: boolean;
}

/** What is done for each. */
type Body = (versioner: KnowledgeBaseVersioner, one: OpenedKnowledgeBase) => Promise<ValueOutcome>;

/** What became of one of them; its value for `--json` holds `result` or `error`. */
interface Done {
  readonly one: OpenedKnowledgeBase;
  readonly exit: number;
  readonly value: { readonly result: object } | ErrorDocument;
  readonly text: (page: Page) => readonly string[];
}

/**
 * Does `body` for each of `all` and puts the outcomes together. Exit status: 0 when all succeeded, 3 when some failed,
 * that of each when all failed in one way.
 */
export async function overAll(all: readonly OpenedKnowledgeBase[], body: Body): Promise<ValueOutcome> {
  const done: Done[] = [];
  for (const one of all) done.push(await doOne(one, body));
  return {
    kind: "value",
    value: {
      knowledgeBases: done.map(({ one: { name, kb }, exit, value }) => ({ name, kb, exit, ...value })),
    },
    text: (page) => done.flatMap((each) => section(each, page)),
    exit: exitOf(done.map(({ exit }) => exit)),
  };
}

async function doOne(one: OpenedKnowledgeBase, body: Body): Promise<Done> {
  try {
    const { value, text, exit = exitStatus.done } = await body(one.versioner, one);
    return { one, exit, value: { result: value }, text };
  } catch (error) {
    return {
      one,
      exit: exitStatusOf(error),
      value: errorDocument(error),
      text: (page) => errorLines(error, page),
    };
  }
}

function exitOf(statuses: readonly number[]): number {
  const [first = exitStatus.done] = statuses;
  return statuses.every((status) => status === first) ? first : exitStatus.partial;
}

function section({ one: { name, kb }, text }: Done, page: Page): string[] {
  const { bold } = page.style;
  const title = name === null ? bold(pathText(kb, page)) : `${bold(escapeText(name))}  ${pathText(kb, page)}`;
  return [title, ...text(page).flatMap((lines) => lines.split("\n").map((line) => `    ${line}`))];
}
