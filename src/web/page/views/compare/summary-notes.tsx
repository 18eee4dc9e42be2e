/**
 * SummaryNotes: what a comparison says besides its list.
 *
 * @module
 */
import type { JSX } from "preact";
import type { CompareAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { Notice } from "../../parts/notice.tsx";

/** That nothing differs, and what differs without being a difference of values. */
export function SummaryNotes({ comparison }: { readonly comparison: CompareAnswer }): JSX.Element | null {
  const { from, to, sections, summary, reordered } = comparison;
  const notes = [
    ...(summary.reformatted === 0
      ? []
      : [texts.compare.reformatted(texts.number(summary.reformatted), summary.reformatted)]),
    ...(reordered ? [texts.compare.reordered] : []),
    ...(summary.ignored === 0 ? [] : [texts.compare.ignored(texts.number(summary.ignored), summary.ignored)]),
  ];
  const isSame = sections.length === 0;
  if (!isSame && notes.length === 0) return null;
  return (
    <div class="summary-notes">
      {isSame && (
        <Notice kind="success" announced>
          {from.sha256 === to.sha256 ? texts.compare.sameFile : texts.compare.same}
        </Notice>
      )}
      {notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </div>
  );
}
