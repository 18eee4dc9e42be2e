/**
 * What this server is, and signing in to read.
 *
 * @module
 */
import { basename } from "node:path";
import type { Context } from "hono";
import type { SessionAnswer } from "../../api.ts";
import { readNothing } from "../body.ts";
import type { Guard } from "../guard.ts";
import type { Route } from "../route.ts";
import type { PageSource } from "../source.ts";

export function sessionRoutes(source: PageSource, guard: Guard, tokenToRead: boolean): readonly Route[] {
  const answerTo = (context: Context): SessionAnswer => ({
    version: source.version,
    knowledgeBase: basename(source.reader.kbPath),
    mayWrite: source.writer !== null,
    tokenToRead,
    signedIn: guard.isSignedIn(context),
    hasDatabase: source.database !== null,
  });
  return [
    {
      method: "GET",
      path: "/api/session",
      access: "anyone",
      answer: async (context) => answerTo(context),
    },
    {
      method: "POST",
      path: "/api/session",
      access: "token",
      answer: async (context) => {
        await readNothing(context);
        context.header("set-cookie", guard.cookieHeader());
        return answerTo(context);
      },
    },
  ];
}
