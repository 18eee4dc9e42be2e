/**
 * Timeline: all versions, with search, filters and a chart.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RestoreRequest, VersionRow, VersionsAnswer } from "../../api.ts";
import { texts } from "../language.ts";
import { useChanged } from "../live.ts";
import { announce } from "../parts/announcer.tsx";
import { FailureNotice } from "../parts/failure.tsx";
import { isInUse, useHeld } from "../parts/held.ts";
import { RestoreDialog } from "../parts/restore-dialog.tsx";
import { View } from "../parts/view.tsx";
import { WindowedList } from "../parts/windowed-list.tsx";
import { useResource } from "../resource.ts";
import { goTo, useRoute } from "../route.ts";
import { Chart } from "./timeline/chart.tsx";
import { filterOf, filterVersions, isFiltering } from "./timeline/filter.ts";
import { FilterForm } from "./timeline/filter-form.tsx";
import { type TimelineRow, timelineRows } from "./timeline/rows.ts";
import { VersionEntry } from "./timeline/version-entry.tsx";
import "../style/timeline.css";

const rowHeight = 65;
const noVersions: readonly VersionRow[] = [];

/** New versions appear at once, or, where they would move what somebody reads, behind a button. */
export function TimelineView(): JSX.Element {
  const { answer, failure, refresh } = useResource<VersionsAnswer>("/api/versions");
  const place = useRef<HTMLDivElement>(null);
  const held = useHeld(answer, (shown) => shown === null || !isBeingRead(place.current));
  useChanged(({ store }) => store && refresh());
  const all = held.shown?.versions ?? noVersions;
  const { query } = useRoute();
  const text = query.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(text)), [text]);
  const versions = useMemo(() => filterVersions(all, filter), [all, filter]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => timelineRows(versions, open), [versions, open]);
  const mostChanges = useMemo(() => Math.max(1, ...versions.map(changeCountOf)), [versions]);
  const [chosen, setChosen] = useState<string | null>(null);
  const chosenRow = useMemo(() => rows.findIndex(({ key }) => key === chosen), [rows, chosen]);
  const [request, setRequest] = useState<RestoreRequest | null>(null);
  const found = texts.timeline.found(texts.number(versions.length), texts.number(all.length));
  useEffect(() => {
    if (isFiltering(filter)) announce(found);
  }, [found, filter]);

  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const choose = ({ versionId }: VersionRow) => {
    setOpen(new Set([...open, versionId]));
    setChosen(versionId);
    if (!versions.some((version) => version.versionId === versionId)) goTo("/timeline", { replace: true });
  };
  // Rows that were drawn already are not drawn again for each step of scrolling.
  const drawn = useMemo(() => new Map<string, JSX.Element>(), [rows, open, mostChanges]);
  const drawRow = (row: TimelineRow | undefined): JSX.Element | null => {
    if (row === undefined) return null;
    const before = drawn.get(row.key);
    if (before !== undefined) return before;
    const element =
      row.kind === "fold" ? (
        <button type="button" class="fold plain" aria-expanded={row.isOpen} onClick={() => toggle(row.key)}>
          <span class="chevron" aria-hidden="true" />
          {texts.timeline.safetyFold(row.amount)}
        </button>
      ) : (
        <VersionEntry
          version={row.version}
          mostChanges={mostChanges}
          isOpen={open.has(row.key)}
          onToggle={() => toggle(row.key)}
          onRestore={() => setRequest({ what: "version", ref: row.version.versionId })}
        />
      );
    drawn.set(row.key, element);
    return element;
  };
  return (
    <View
      title={texts.timeline.title}
      lead={held.shown === null ? texts.general.loading : texts.timeline.lead(texts.number(all.length))}
    >
      {failure !== null && answer === null && <FailureNotice failure={failure} onRetry={refresh} />}
      <Chart versions={all} onChoose={choose} />
      <FilterForm filter={filter} versions={all} />
      <div class="row timeline-state">
        {isFiltering(filter) && (
          <>
            <span class="quiet">{found}</span>
            <button type="button" class="small" onClick={() => goTo("/timeline", { replace: true })}>
              {texts.timeline.clear}
            </button>
          </>
        )}
        {held.waiting !== null && (
          <button type="button" class="small" onClick={held.show}>
            {newerText(all, held.waiting.versions)}
          </button>
        )}
      </div>
      <div ref={place} class="timeline">
        {held.shown !== null && versions.length === 0 && (
          <p class="timeline-empty">
            {all.length > 0 ? (
              texts.timeline.nothingFound
            ) : (
              <>
                {texts.timeline.noVersions} <a href="/snapshot">{texts.timeline.saveFirst}</a>
              </>
            )}
          </p>
        )}
        <WindowedList
          withPage
          label={texts.timeline.list}
          count={rows.length}
          estimate={() => rowHeight}
          keyOf={(index) => rows[index]?.key ?? String(index)}
          inView={chosenRow === -1 ? null : chosenRow}
          row={(index) => drawRow(rows[index])}
        />
      </div>
      {request !== null && <RestoreDialog request={request} onClose={() => setRequest(null)} />}
    </View>
  );
}

/** Whether rows on top would move what is read: pointer or focus are in the list, or it is scrolled past its beginning. */
function isBeingRead(place: HTMLElement | null): boolean {
  return isInUse(place) || (place?.getBoundingClientRect().top ?? 0) < 0;
}

/** The first version adds everything, which would dwarf the bars of all others. */
function changeCountOf({ changes, parent }: VersionRow): number {
  return changes === null || parent === null ? 0 : changes.added + changes.removed + changes.modified;
}

function newerText(shown: readonly VersionRow[], waiting: readonly VersionRow[]): string {
  const newest = shown[0]?.sequence ?? 0;
  const amount = waiting.filter(({ sequence }) => sequence > newest).length;
  return amount === 0 ? texts.timeline.changed : texts.timeline.newer(amount);
}
