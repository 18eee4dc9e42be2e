/**
 * Masthead: the name of the knowledge base, the way to each view, the search for an entry.
 *
 * @module
 */
import type { JSX } from "preact";
import icon from "../icon.svg";
import { texts } from "../language.ts";
import { useRoute } from "../route.ts";
import { useSession } from "../session.ts";
import { FindEntry } from "./find-entry.tsx";

const { views } = texts.shell;

const links: readonly (readonly [path: string, text: string])[] = [
  ["/", views.home],
  ["/timeline", views.timeline],
  ["/compare", views.compare],
  ["/snapshot", views.snapshot],
  ["/checks", views.checks],
  ["/migrations", views.migrations],
];

/** The header of every view. */
export function Masthead(): JSX.Element {
  const { path } = useRoute();
  const { knowledgeBase, hasDatabase } = useSession();
  const shown = links.filter(([to]) => to !== "/migrations" || hasDatabase);
  return (
    <header class="masthead">
      <div class="masthead-inner">
        <a class="brand" href="/" title={knowledgeBase}>
          <img src={icon} alt="" width="24" height="24" />
          <span>{knowledgeBase}</span>
        </a>
        <nav aria-label={texts.shell.navigation}>
          <ul>
            {shown.map(([to, text]) => (
              <li key={to}>
                <a href={to} aria-current={path === to ? "page" : undefined}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <FindEntry />
      </div>
    </header>
  );
}
