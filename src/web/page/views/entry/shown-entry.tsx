/**
 * ShownEntry: one entry, with the origin of its fields and its history.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { EntryBlameAnswer, EntryHistoryAnswer, EntryHistoryEvent } from "../../../api.ts";
import { questionOf } from "../../client.ts";
import { hrefOfEntry } from "../../entry-address.ts";
import { texts } from "../../language.ts";
import { useChanged } from "../../live.ts";
import { FailureNotice } from "../../parts/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { RawEntry } from "../../parts/raw-entry.tsx";
import { RestoreEntryButton } from "../../parts/restore-buttons.tsx";
import { StaleNotice } from "../../parts/stale.tsx";
import { stateName } from "../../parts/version-name.tsx";
import { type Resource, useResource } from "../../resource.ts";
import { Blame } from "./blame.tsx";
import { FoundEntries } from "./found-entries.tsx";
import { History } from "./history.tsx";

/** Properties of ShownEntry. */
export interface ShownEntryProps {
  readonly id: string;
  /** The state whose fields are shown. */
  readonly state: string;
}

/** The entry `id`; where no version knows it, entries with a similar id. */
export function ShownEntry({ id, state }: ShownEntryProps): JSX.Element {
  const blame = useResource<EntryBlameAnswer>(questionOf("/api/entry/blame", { id, ref: state }));
  const history = useResource<EntryHistoryAnswer>(questionOf("/api/entry/history", { id }));
  const [isStale, setIsStale] = useState(false);
  useChanged(() => setIsStale(true));
  if (history.failure?.code === "ENTRY_NOT_FOUND")
    return (
      <>
        <FailureNotice failure={history.failure} />
        <FoundEntries search={id} />
      </>
    );
  const events = history.answer?.events ?? [];
  return (
    <div class="entry-columns">
      <section class="entry-now" aria-labelledby="entry-fields">
        <div class="entry-section-head">
          <h2 id="entry-fields">{texts.entry.blame}</h2>
          <span class="quiet">{texts.entry.blameOf(stateName(state))}</span>
          {state !== "live" && (
            <>
              <a href={hrefOfEntry(id)}>{texts.entry.toLive}</a>
              <RestoreEntryButton key={state} state={state} id={id} />
            </>
          )}
        </div>
        <Fields id={id} state={state} blame={blame} events={events} />
      </section>
      <section class="entry-past" aria-labelledby="entry-history">
        <div class="entry-section-head">
          <h2 id="entry-history">{texts.entry.history}</h2>
        </div>
        {history.failure !== null && <FailureNotice failure={history.failure} onRetry={history.refresh} />}
        {history.answer !== null && <History history={history.answer} />}
        {history.isLoading && history.answer === null && (
          <div class="skeleton detail-skeleton" aria-hidden="true" />
        )}
      </section>
      {isStale && (
        <StaleNotice
          text={texts.entry.refresh}
          button={texts.entry.showAgain}
          onShow={() => {
            setIsStale(false);
            blame.refresh();
            history.refresh();
          }}
        />
      )}
    </div>
  );
}

function Fields({
  id,
  state,
  blame: { answer, failure, refresh },
  events,
}: ShownEntryProps & {
  readonly blame: Resource<EntryBlameAnswer>;
  readonly events: readonly EntryHistoryEvent[];
}): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  if (failure?.code === "ENTRY_NOT_FOUND" && state === "live") return <NotInLive events={events} />;
  if (failure !== null) return <FailureNotice failure={failure} onRetry={refresh} />;
  if (answer === null) return <div class="skeleton detail-skeleton" aria-hidden="true" />;
  return (
    <>
      <Blame blame={answer} />
      <details class="raw-sides" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>{texts.entry.raw}</summary>
        {isOpen && <RawEntry state={state} id={id} />}
      </details>
    </>
  );
}

/** Where an entry went that is not in the live file, and where it was last. */
function NotInLive({ events }: { readonly events: readonly EntryHistoryEvent[] }): JSX.Element {
  const [last] = events;
  const held = last?.kind === "removed" ? last.version?.parent : last?.version?.versionId;
  return (
    <Notice kind="warning">
      {texts.entry.notInLive}{" "}
      {last !== undefined && held != null && (
        <a href={hrefOfEntry(last.id, held)}>{texts.entry.lastSeen(stateName(held))}</a>
      )}
    </Notice>
  );
}
