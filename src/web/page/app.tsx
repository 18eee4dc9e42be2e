/**
 * The page: header, the view that the address names, and what lies over it.
 *
 * @module
 */
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { texts } from "./language.ts";
import { listenToServer } from "./live.ts";
import { Announcer } from "./parts/announcer.tsx";
import { Banners } from "./parts/banners.tsx";
import { FailureNotice } from "./parts/failure.tsx";
import { Masthead } from "./parts/masthead.tsx";
import { SignIn } from "./parts/sign-in.tsx";
import { TimeZoneSwitch } from "./parts/time.tsx";
import { useRoute } from "./route.ts";
import { type Session, SessionProvider, useOpenedSession } from "./session.ts";
import { ChecksView } from "./views/checks.tsx";
import { CompareView } from "./views/compare.tsx";
import { EntryView } from "./views/entry.tsx";
import { HomeView } from "./views/home.tsx";
import { MigrationsView } from "./views/migrations.tsx";
import { SnapshotView } from "./views/snapshot.tsx";
import { TimelineView } from "./views/timeline.tsx";
import { UnknownView } from "./views/unknown.tsx";

const views: ReadonlyMap<string, ComponentType> = new Map([
  ["/", HomeView],
  ["/timeline", TimelineView],
  ["/compare", CompareView],
  ["/entry", EntryView],
  ["/snapshot", SnapshotView],
  ["/checks", ChecksView],
  ["/migrations", MigrationsView],
]);

/** The whole page. */
export function App(): JSX.Element | null {
  const state = useOpenedSession();
  switch (state.kind) {
    case "loading":
      return null;
    case "failed":
      return (
        <main class="view view-narrow">
          <FailureNotice failure={state.failure} onRetry={state.retry} />
        </main>
      );
    case "locked":
      return <SignIn knowledgeBase={state.knowledgeBase} />;
    case "ready":
      return <OpenPage session={state.session} />;
  }
}

function OpenPage({ session }: { readonly session: Session }): JSX.Element {
  const { path } = useRoute();
  const Shown = views.get(path) ?? UnknownView;
  useEffect(listenToServer, []);
  return (
    <SessionProvider value={session}>
      <a class="skip" href="#main">
        {texts.shell.skip}
      </a>
      <Masthead />
      <Banners />
      <Shown key={path} />
      <footer class="footer">
        <span>{texts.shell.footer(session.version)}</span>
        <TimeZoneSwitch />
      </footer>
      <Announcer />
    </SessionProvider>
  );
}
