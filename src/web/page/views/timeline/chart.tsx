/**
 * Chart: entries and changes over time.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { Time } from "../../parts/time.tsx";
import { shortName } from "../../parts/version-name.tsx";
import { chartDataOf } from "./chart-data.ts";

/** A drawing with its text. Drawn where there are two versions or more; the text says what the drawing shows. */
export function Chart({
  versions,
  onChoose,
}: {
  /** Newest first. */
  readonly versions: readonly VersionRow[];
  readonly onChoose: (version: VersionRow) => void;
}): JSX.Element | null {
  const data = useMemo(() => chartDataOf(versions), [versions]);
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<VersionRow | null>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  useEffect(() => {
    const target = place.current;
    if (target === null || data.versions.length < 2) return;
    let remove = () => {};
    let isWanted = true;
    void import("./draw-chart.ts").then(({ drawChart }) => {
      if (!isWanted) return;
      remove = drawChart(target, data, {
        onPoint: setPointed,
        onChoose: (version) => choose.current(version),
      });
    });
    return () => {
      isWanted = false;
      remove();
    };
  }, [data]);
  const first = data.versions[0];
  const last = data.versions.at(-1);
  if (first === undefined || last === undefined || data.versions.length < 2) return null;
  const text = texts.timeline.chartText(
    texts.number(first.entryCount ?? 0),
    texts.number(last.entryCount ?? 0),
    texts.number(data.versions.length),
  );
  return (
    <figure class="chart card">
      <figcaption class="chart-caption">
        <h2>{texts.timeline.chartTitle}</h2>
        <p class="chart-key">
          <span class="chart-key-entries">{texts.timeline.chartEntries}</span>
          <span class="chart-key-changes">{texts.timeline.chartChanges}</span>
        </p>
      </figcaption>
      <div ref={place} class="chart-place" role="img" aria-label={`${texts.timeline.chartTitle}: ${text}`} />
      <p class="chart-point quiet">
        {pointed === null ? (
          <>
            {text} <span class="chart-hint">{texts.timeline.chartHint}</span>
          </>
        ) : (
          <span aria-hidden="true">
            <strong>{shortName(pointed.versionId)}</strong> · <Time iso={pointed.createdAt} /> ·{" "}
            {texts.general.entries(texts.number(pointed.entryCount ?? 0), pointed.entryCount ?? 0)} ·{" "}
            <ChangeCounts counts={pointed.changes} />
          </span>
        )}
      </p>
    </figure>
  );
}
