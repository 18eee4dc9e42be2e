/**
 * EntryList: the entries that differ, by what happened to them.
 *
 * @module
 */
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CompareSection } from "../../../api.ts";
import { type CompareAddress, hrefOfComparison } from "../../comparison-address.ts";
import { texts } from "../../language.ts";
import { SeverityMark } from "../../parts/finding.tsx";
import { KbText } from "../../parts/kb-text.tsx";
import { WindowedList } from "../../parts/windowed-list.tsx";
import { goTo } from "../../route.ts";
import { indexOfPlace, type Row } from "./rows.ts";
import type { Viewed } from "./viewed.ts";

const headingHeight = 38;
const entryHeight = 54;

/** Properties of EntryList. */
export interface EntryListProps {
  /** With the entry that is shown. */
  readonly address: CompareAddress;
  readonly rows: readonly Row[];
  /** Entries in the list when nothing is searched for. */
  readonly total: number;
  readonly viewed: Viewed;
  readonly search: RefObject<HTMLInputElement>;
  /** Shows the next entry, or with -1 the one before. */
  readonly onStep: (step: 1 | -1) => void;
}

/** The list with its search and its progress. */
export function EntryList({ address, rows, total, viewed, search, onStep }: EntryListProps): JSX.Element {
  const nav = useRef<HTMLElement>(null);
  const takesFocus = useRef(false);
  const chosen = indexOfPlace(rows, address.place);
  const firstEntry = rows.findIndex(({ kind }) => kind === "entry");
  const shown = rows.reduce((count, { kind }) => count + (kind === "entry" ? 1 : 0), 0);
  useEffect(() => {
    if (!takesFocus.current) return;
    takesFocus.current = false;
    nav.current?.querySelector<HTMLElement>("[aria-current]")?.focus({ preventScroll: true });
  });
  const step = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    takesFocus.current = true;
    onStep(event.key === "ArrowDown" ? 1 : -1);
  };
  return (
    <nav ref={nav} class="entry-list" aria-label={texts.compare.listLabel}>
      <div class="entry-list-head">
        <input
          ref={search}
          type="search"
          aria-label={texts.compare.search}
          placeholder={texts.compare.search}
          aria-keyshortcuts="/"
          autocomplete="off"
          spellcheck={false}
          value={address.search}
          onInput={(event) =>
            goTo(hrefOfComparison({ ...address, search: event.currentTarget.value }), { replace: true })
          }
        />
        <p class="quiet progress" role="status">
          {shown === total
            ? texts.compare.viewedOf(texts.number(viewed.count), texts.number(total))
            : texts.compare.shown(texts.number(shown), texts.number(total))}
        </p>
        <progress value={viewed.count} max={Math.max(1, total)} aria-hidden="true" />
      </div>
      {shown === 0 ? (
        <p class="quiet entry-list-empty">{texts.compare.noMatch}</p>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: the links inside take the focus
        <div class="entry-list-body" onKeyDown={step}>
          <WindowedList
            count={rows.length}
            label={texts.compare.listLabel}
            estimate={(index) => (rows[index]?.kind === "heading" ? headingHeight : entryHeight)}
            keyOf={(index) => keyOf(rows[index])}
            inView={chosen === -1 ? null : chosen}
            row={(index) => {
              const row = rows[index];
              if (row === undefined) return null;
              if (row.kind === "heading") return <Heading row={row} />;
              return (
                <EntryLink
                  row={row}
                  href={hrefOfComparison({ ...address, place: { id: row.entry.id } })}
                  isChosen={index === chosen}
                  isTabStop={index === (chosen === -1 ? firstEntry : chosen)}
                  isViewed={viewed.has(row.entry.id)}
                />
              );
            }}
          />
        </div>
      )}
    </nav>
  );
}

function keyOf(row: Row | undefined): string {
  if (row === undefined) return "";
  return row.kind === "heading" ? row.section : `${row.section} ${JSON.stringify(row.entry.id)}`;
}

function Heading({ row }: { readonly row: Extract<Row, { readonly kind: "heading" }> }): JSX.Element {
  return (
    <h2 class={`section-name section-${row.section}`}>
      {texts.compare.sections[row.section]}
      {row.section !== "outside" && <span class="quiet">{texts.number(row.entries)}</span>}
    </h2>
  );
}

const signs: Readonly<Record<CompareSection["kind"], string>> = {
  removed: "−",
  added: "+",
  renamed: "→",
  modified: "~",
  outside: "·",
};

function EntryLink({
  row,
  href,
  isChosen,
  isTabStop,
  isViewed,
}: {
  readonly row: Extract<Row, { readonly kind: "entry" }>;
  readonly href: string;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  readonly isViewed: boolean;
}): JSX.Element {
  const { id, severity } = row.entry;
  return (
    <a
      class={`entry-link${isViewed ? " entry-viewed" : ""}`}
      href={href}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isChosen ? "true" : undefined}
    >
      <span class={`sign sign-${row.section}`} aria-hidden="true">
        {signs[row.section]}
      </span>
      <span class="entry-link-text">
        <bdi class="entry-id">
          <KbText text={id ?? texts.compare.outside} />
        </bdi>
        <EntryMeta row={row} />
      </span>
      <span class="entry-link-marks">
        {severity !== null && <SeverityMark severity={severity} />}
        {isViewed && (
          <span class="viewed-mark" title={texts.compare.viewed}>
            <span aria-hidden="true">✓</span>
            <span class="unseen">{texts.compare.viewed}</span>
          </span>
        )}
      </span>
    </a>
  );
}

const countKinds = ["added", "removed", "changed", "moved", "renumbered"] as const;

function EntryMeta({
  row: { section, entry },
}: {
  readonly row: Extract<Row, { readonly kind: "entry" }>;
}): JSX.Element {
  const { renamedFrom, percent, counts } = entry;
  const parts = [
    ...(percent === null ? [] : [texts.compare.alike(`${percent} %`)]),
    ...countKinds.flatMap((kind) => {
      const amount = counts[kind] ?? 0;
      return amount === 0 ? [] : [texts.compare.changesOf[kind](texts.number(amount))];
    }),
  ];
  return (
    <span class="quiet entry-meta">
      {renamedFrom !== null && (
        <>
          {texts.compare.renamedFrom}{" "}
          <bdi>
            <KbText text={renamedFrom} />
          </bdi>
          {parts.length > 0 && ", "}
        </>
      )}
      {parts.join(", ")}
      {(section === "added" || section === "removed") && texts.entry.kinds[section]}
    </span>
  );
}
