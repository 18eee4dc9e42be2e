/**
 * View: the frame of what an address shows.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSession } from "../session.ts";

/** Whether a view was shown before; the first one leaves the focus to the browser. */
let isFirst = true;

/** Properties of View. */
export interface ViewProps {
  readonly title: string;
  /** One sentence below the title. */
  readonly lead?: ComponentChildren;
  /** Beside the title. */
  readonly actions?: ComponentChildren;
  /** Whether the view takes the whole width. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** Names the document, moves the focus to its title when the view is new, and shows both. */
export function View({ title, lead, actions, wide = false, children }: ViewProps): JSX.Element {
  const { knowledgeBase } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${knowledgeBase} · kbvault`;
  }, [title, knowledgeBase]);
  useEffect(() => {
    if (!isFirst) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst = false;
  }, []);
  return (
    <main id="main" class={wide ? "view view-wide" : "view"}>
      <div class="view-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="row">{actions}</div>}
      </div>
      {children}
    </main>
  );
}
