/**
 * WhatWillBeSaved: how live differs from the version that it came from.
 *
 * @module
 */
import type { JSX } from "preact";
import type { StatusAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { Notice } from "../../parts/notice.tsx";
import { shortName } from "../../parts/version-name.tsx";
import { hrefOf } from "../../route.ts";

/** The changes in numbers, or why there is nothing to save; null: not known yet. */
export function WhatWillBeSaved({ status }: { readonly status: StatusAnswer | null }): JSX.Element {
  return (
    <section class="card stack snapshot-what" aria-labelledby="what">
      <h2 id="what">{texts.snapshot.what}</h2>
      {status === null ? <span class="skeleton" /> : <Changes status={status} />}
    </section>
  );
}

function Changes({ status }: { readonly status: StatusAnswer }): JSX.Element {
  const { live, current, changed, changes } = status;
  if (!live.exists) return <Notice kind="warning">{texts.snapshot.missing}</Notice>;
  if (!live.valid) {
    return (
      <Notice kind="error">
        <p>{texts.snapshot.notJson}</p>
        {live.error !== null && <p>{live.error.message}</p>}
      </Notice>
    );
  }
  if (current === null) {
    const amount = live.entryCount ?? 0;
    return (
      <p>
        {texts.snapshot.first}{" "}
        <span class="quiet">{texts.general.entries(texts.number(amount), amount)}</span>
      </p>
    );
  }
  const name = shortName(current.versionId);
  if (changed === false) return <p>{texts.snapshot.nothing(name)}</p>;
  const isForm =
    changes !== null &&
    changes.added + changes.removed + changes.renamed + changes.modified + changes.outside === 0;
  return (
    <p class="row">
      <span>{texts.snapshot.since(name)}:</span>
      <ChangeCounts counts={changes} />
      {isForm && <span>{texts.snapshot.onlyForm}</span>}
      <a href={hrefOf("/compare", { from: current.versionId, to: "live" })}>{texts.snapshot.seeChanges}</a>
    </p>
  );
}
