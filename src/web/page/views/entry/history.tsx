/**
 * History: what happened to an entry, newest first.
 *
 * @module
 */
import type { JSX } from "preact";
import type { EntryHistoryAnswer, EntryHistoryEvent } from "../../../api.ts";
import { hrefOfComparison } from "../../comparison-address.ts";
import { hrefOfEntry } from "../../entry-address.ts";
import { texts } from "../../language.ts";
import { ChangeView } from "../../parts/change.tsx";
import { KbText } from "../../parts/kb-text.tsx";
import { RestoreEntryButton, RestoreFieldButton } from "../../parts/restore-buttons.tsx";
import { Time } from "../../parts/time.tsx";
import { VersionName } from "../../parts/version-name.tsx";

/** The events, the newest one open. */
export function History({ history }: { readonly history: EntryHistoryAnswer }): JSX.Element {
  if (history.events.length === 0) return <p class="quiet">{texts.entry.noHistory}</p>;
  return (
    <ol class="entry-history">
      {history.events.map((event, index) => (
        <li key={event.version?.versionId ?? "live"} class={`event event-${event.kind}`}>
          <EventHead event={event} />
          {event.changes.length > 0 && (
            <details open={index === 0}>
              <summary>
                {texts.entry.changes(texts.number(event.changes.length), event.changes.length)}
              </summary>
              <div class="changes">
                {event.changes.map((change, at) => (
                  <ChangeView
                    key={at}
                    change={change}
                    arrangement="inline"
                    actions={
                      event.version !== null && (
                        <RestoreFieldButton
                          state={event.version.versionId}
                          id={event.id}
                          path={change.path}
                        />
                      )
                    }
                  />
                ))}
              </div>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function EventHead({ event }: { readonly event: EntryHistoryEvent }): JSX.Element {
  const { kind, version, id, previousId, renamedTo } = event;
  return (
    <div class="event-head">
      <p class="event-what">
        <span class={`kind kind-${kind}`}>{texts.entry.kinds[kind]}</span>
        <VersionName version={version} />
        {version === null ? (
          <span class="quiet">{texts.entry.notSaved}</span>
        ) : (
          <span class="quiet">
            <bdi>{version.author}</bdi>, <Time iso={version.createdAt} age />
          </span>
        )}
      </p>
      {version !== null && (
        <p class="event-description" dir="auto">
          {version.description}
        </p>
      )}
      {previousId !== null && (
        <p class="quiet">
          {texts.entry.wasCalled}{" "}
          <bdi>
            <KbText text={previousId} />
          </bdi>
        </p>
      )}
      {renamedTo !== null && (
        <p class="quiet">
          {texts.entry.wentOnAs}{" "}
          <a href={hrefOfEntry(renamedTo)}>
            <bdi>
              <KbText text={renamedTo} />
            </bdi>
          </a>
        </p>
      )}
      <p class="event-actions">
        <a href={comparisonOf(event)}>{texts.entry.compare}</a>
        {version !== null && kind !== "removed" && (
          <a href={hrefOfEntry(id, version.versionId)}>{texts.entry.seeThen}</a>
        )}
        <RestoreThen event={event} />
      </p>
    </div>
  );
}

/** Brings the entry back as it was then; of one that was removed, as it was before. */
function RestoreThen({
  event: { kind, version, id },
}: {
  readonly event: EntryHistoryEvent;
}): JSX.Element | null {
  const state = kind === "removed" ? version?.parent : version?.versionId;
  return state == null ? null : <RestoreEntryButton state={state} id={id} />;
}

/** The version against its parent; live against the version that it came from. */
function comparisonOf({ version, id }: EntryHistoryEvent): string {
  return hrefOfComparison({
    from: version?.parent ?? null,
    to: version?.versionId ?? "live",
    place: { id },
    arrangement: "inline",
    search: "",
  });
}
