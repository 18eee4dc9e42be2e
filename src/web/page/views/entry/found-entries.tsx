/**
 * FoundEntries: the entries of the live file whose id has a text in it.
 *
 * @module
 */
import type { JSX } from "preact";
import type { EntriesAnswer } from "../../../api.ts";
import { questionOf } from "../../client.ts";
import { hrefOfEntry } from "../../entry-address.ts";
import { texts } from "../../language.ts";
import { FailureNotice } from "../../parts/failure.tsx";
import { KbText } from "../../parts/kb-text.tsx";
import { useResource } from "../../resource.ts";

const mostShown = 50;

/** A link to each of the first entries, and how many there are. */
export function FoundEntries({ search }: { readonly search: string }): JSX.Element {
  const { answer, failure, refresh } = useResource<EntriesAnswer>(
    questionOf("/api/entries", { ref: "live", q: search, limit: String(mostShown) }),
  );
  if (failure !== null) return <FailureNotice failure={failure} onRetry={refresh} />;
  if (answer === null) return <div class="skeleton found-skeleton" aria-hidden="true" />;
  const { ids, total } = answer;
  const amount =
    ids.length < total
      ? texts.entry.found(texts.number(ids.length), texts.number(total))
      : texts.entry.foundAll(texts.number(total), total);
  return (
    <section class="found">
      <p class="quiet" role="status">
        {total === 0 ? texts.entry.noneFound : amount}
      </p>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={hrefOfEntry(id)}>
              <bdi>
                <KbText text={id} />
              </bdi>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
