/**
 * DetailHead: which entry is shown, and what can be done with it.
 *
 * @module
 */
import type { JSX } from "preact";
import type { CompareAnswer } from "../../../api.ts";
import { type CompareAddress, hrefOfComparison } from "../../comparison-address.ts";
import { hrefOfEntry } from "../../entry-address.ts";
import { texts } from "../../language.ts";
import { KbText } from "../../parts/kb-text.tsx";
import { RestoreEntryButton } from "../../parts/restore-buttons.tsx";
import type { Arrangement } from "../../parts/side-rows.ts";
import type { Row } from "./rows.ts";
import { sourceOf } from "./source.ts";

/** Properties of DetailHead. */
export interface DetailHeadProps {
  readonly comparison: CompareAnswer;
  readonly address: CompareAddress;
  /** The row of the entry; undefined where the list does not show it. */
  readonly row: Row | undefined;
  readonly id: string | null;
  readonly isViewed: boolean;
  readonly onToggleViewed: () => void;
  readonly onStep: (step: 1 | -1) => void;
}

/** The id, and beside it where to go from here. */
export function DetailHead(props: DetailHeadProps): JSX.Element {
  const { comparison, address, row, id, isViewed, onToggleViewed, onStep } = props;
  const renamedFrom = row?.kind === "entry" ? row.entry.renamedFrom : null;
  const source = row?.kind !== "entry" ? null : sourceOf(comparison, { kind: row.section, id, renamedFrom });
  return (
    <header class="detail-head">
      <div class="detail-title">
        <h2>
          <bdi>
            <KbText text={id ?? texts.compare.sections.outside} />
          </bdi>
        </h2>
        {renamedFrom !== null && (
          <p class="quiet">
            {texts.compare.renamedFrom}{" "}
            <bdi>
              <KbText text={renamedFrom} />
            </bdi>
          </p>
        )}
      </div>
      <div class="detail-actions">
        <ArrangementSwitch address={address} />
        <label class="viewed-box">
          <input type="checkbox" checked={isViewed} onChange={onToggleViewed} aria-keyshortcuts="v" />
          {texts.compare.viewed}
        </label>
        <span class="detail-steps">
          <button type="button" class="plain small" title={texts.compare.earlier} onClick={() => onStep(-1)}>
            <span aria-hidden="true">↑</span>
            <span class="unseen">{texts.compare.earlier}</span>
          </button>
          <button type="button" class="plain small" title={texts.compare.later} onClick={() => onStep(1)}>
            <span aria-hidden="true">↓</span>
            <span class="unseen">{texts.compare.later}</span>
          </button>
        </span>
        {id !== null && <a href={hrefOfEntry(id)}>{texts.compare.history}</a>}
        {source !== null && <RestoreEntryButton key={source.id} state={source.ref} id={source.id} />}
      </div>
    </header>
  );
}

const arrangements: readonly Arrangement[] = ["inline", "side"];

function ArrangementSwitch({ address }: { readonly address: CompareAddress }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form; these are links
    <span class="switch" role="group" aria-label={texts.compare.arrangement}>
      {arrangements.map((arrangement) => (
        <a
          key={arrangement}
          href={hrefOfComparison({ ...address, arrangement })}
          aria-current={address.arrangement === arrangement ? "true" : undefined}
        >
          {texts.compare[arrangement]}
        </a>
      ))}
    </span>
  );
}
