/**
 * What this server is, and what this tab may do with it.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { SessionAnswer } from "../api.ts";
import { hasToken, RequestFailure, read, send } from "./client.ts";

/** The session of this tab. */
export interface Session extends SessionAnswer {
  /** Whether this tab has the right token, as dry runs need it, too. */
  readonly carriesToken: boolean;
  /** Whether this tab may save and restore: the server allows it, and the tab has the right token. */
  readonly canWrite: boolean;
  /** Why it may not: `server` was started without `--allow-restore`, or there is no `token`, or a wrong one. */
  readonly whyReadOnly: "server" | "token" | null;
}

/** How far the session came. */
export type SessionState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly failure: RequestFailure; readonly retry: () => void }
  | { readonly kind: "locked"; readonly knowledgeBase: string }
  | { readonly kind: "ready"; readonly session: Session };

const SessionContext = createContext<Session | null>(null);

/** Gives the session to all components within. */
export const SessionProvider = SessionContext.Provider;

/** The session of this tab. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside SessionProvider");
  return session;
}

/** Opens the session: asks what the server is and, where reading needs the token, shows it. */
export function useOpenedSession(): SessionState {
  const [state, setState] = useState<SessionState>({ kind: "loading" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    openSession().then(setState, (failure: unknown) => {
      if (!(failure instanceof RequestFailure)) throw failure;
      setState({ kind: "failed", failure, retry: () => setRound((count) => count + 1) });
    });
  }, [round]);
  return state;
}

async function openSession(): Promise<SessionState> {
  const answer = await read<SessionAnswer>("/api/session");
  if (answer.tokenToRead) {
    if (!answer.signedIn) return { kind: "locked", knowledgeBase: answer.knowledgeBase };
    // Downloads and events cannot carry the header: they need the cookie.
    if (hasToken()) await send("/api/session", {});
  }
  const carriesToken = hasToken() && answer.signedIn;
  return {
    kind: "ready",
    session: {
      ...answer,
      carriesToken,
      canWrite: answer.mayWrite && carriesToken,
      whyReadOnly: answer.mayWrite ? (carriesToken ? null : "token") : "server",
    },
  };
}
