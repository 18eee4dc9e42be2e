/**
 * ShownComparison: the list of what differs, and one entry of it in detail.
 *
 * @module
 */
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { CompareAnswer, ComparedEntry } from "../../../api.ts";
import { type CompareAddress, hrefOfComparison } from "../../comparison-address.ts";
import { texts } from "../../language.ts";
import { announce } from "../../parts/announcer.tsx";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { goTo } from "../../route.ts";
import { Detail } from "./detail.tsx";
import { DetailHead } from "./detail-head.tsx";
import { Downloads } from "./downloads.tsx";
import { EntryList } from "./entry-list.tsx";
import { KeysDialog, useKeys } from "./keys.tsx";
import { indexOfPlace, neighbour, rowsOf } from "./rows.ts";
import { SummaryNotes } from "./summary-notes.tsx";
import { useViewed } from "./viewed.ts";

/** Properties of ShownComparison. */
export interface ShownComparisonProps {
  readonly comparison: CompareAnswer;
  readonly address: CompareAddress;
}

/** A comparison with at least its summary; the entry is the one that the address names, else the first. */
export function ShownComparison({ comparison, address: given }: ShownComparisonProps): JSX.Element {
  const { sections } = comparison;
  const rows = useMemo(() => rowsOf(sections, given.search), [sections, given.search]);
  const total = sections.reduce((sum, { entries }) => sum + entries.length, 0);
  const first = neighbour(rows, -1, 1);
  const place = given.place ?? (first === null ? null : { id: first.id });
  const address: CompareAddress = { ...given, place };
  const chosen = indexOfPlace(rows, place);
  const viewed = useViewed(comparison);
  const [showsKeys, setShowsKeys] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const detail = useRef<HTMLElement>(null);

  const show = (entry: ComparedEntry | null): void => {
    if (entry === null) return;
    goTo(hrefOfComparison({ ...address, place: { id: entry.id } }), { replace: true });
    announce(entry.id ?? texts.compare.outside);
  };
  const step = (by: 1 | -1): void => show(neighbour(rows, chosen, by));
  const stepChange = (by: 1 | -1): void => {
    const all = [...(detail.current?.querySelectorAll<HTMLElement>("[data-change]") ?? [])];
    const focused = all.findIndex((change) => change.contains(document.activeElement));
    const next = all[focused === -1 && by === -1 ? -1 : focused + by];
    if (next === undefined) step(by);
    else next.focus();
  };
  const toggleViewed = (): void => {
    if (place !== null) viewed.toggle(place.id);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    n: () => stepChange(1),
    p: () => stepChange(-1),
    v: toggleViewed,
    "/": () => search.current?.focus(),
    "?": () => setShowsKeys(true),
  });

  return (
    <>
      <div class="comparison-summary">
        <ChangeCounts counts={comparison.summary} />
        <span class="quiet">
          {texts.compare.unchanged(texts.number(comparison.summary.unchanged), comparison.summary.unchanged)}
        </span>
        <span class="comparison-tools">
          <Downloads from={comparison.from.ref} to={comparison.to.ref} />
          <button type="button" class="plain small" aria-haspopup="dialog" onClick={() => setShowsKeys(true)}>
            {texts.compare.keys} <kbd>?</kbd>
          </button>
        </span>
      </div>
      <SummaryNotes comparison={comparison} />
      {(total > 0 || place !== null) && (
        <div class="comparison">
          <EntryList
            address={address}
            rows={rows}
            total={total}
            viewed={viewed}
            search={search}
            onStep={step}
          />
          <section ref={detail} class="detail" aria-label={place?.id ?? texts.compare.outside}>
            {place !== null && (
              <>
                <DetailHead
                  comparison={comparison}
                  address={address}
                  row={rows[chosen]}
                  id={place.id}
                  isViewed={viewed.has(place.id)}
                  onToggleViewed={toggleViewed}
                  onStep={step}
                />
                <Detail
                  key={`${comparison.from.sha256} ${comparison.to.sha256} ${JSON.stringify(place.id)}`}
                  comparison={comparison}
                  id={place.id}
                  arrangement={address.arrangement}
                />
              </>
            )}
          </section>
        </div>
      )}
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
    </>
  );
}
