/**
 * VersionEntry: one version in the timeline.
 *
 * @module
 */
import type { JSX } from "preact";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { Age } from "../../parts/time.tsx";
import { shortName, VersionName } from "../../parts/version-name.tsx";
import { hrefOf } from "../../route.ts";
import { ChangeBars } from "./change-bars.tsx";
import { VersionDetails } from "./version-details.tsx";

/** A row; `isOpen` shows the details and all that can be done with the version. */
export function VersionEntry({
  version,
  mostChanges,
  isOpen,
  onToggle,
  onRestore,
}: {
  readonly version: VersionRow;
  /** The most changes that a version of the list has, for the length of the bars. */
  readonly mostChanges: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onRestore: () => void;
}): JSX.Element {
  const name = shortName(version.versionId);
  return (
    <article class={`version version-${version.kind}`} aria-label={name}>
      <div class="version-line">
        <div class="version-title">
          <VersionName version={version} />
          {version.kind === "safety" && <span class="chip">{texts.general.safety}</span>}
        </div>
        <div class="version-text">
          <p class="clamp-line" title={version.description}>
            {version.description}
          </p>
          <p class="quiet version-by">
            <span>
              {version.author}, <Age iso={version.createdAt} />
            </span>
            {version.tags.map((tag) => (
              <a key={tag} class="tag" href={hrefOf("/timeline", { tag })}>
                #{tag}
              </a>
            ))}
          </p>
        </div>
        <div class="version-changes">
          <ChangeBars changes={version.changes} most={mostChanges} />
          <ChangeCounts counts={version.changes} />
        </div>
        <div class="version-actions">
          {version.parent !== null && (
            <a
              class="button small"
              href={hrefOf("/compare", { from: version.parent, to: version.versionId })}
              title={texts.timeline.comparePrevious}
            >
              {texts.timeline.compare}
            </a>
          )}
          <button
            type="button"
            class="small plain"
            aria-expanded={isOpen}
            aria-label={texts.timeline.more(name)}
            onClick={onToggle}
          >
            <span class="chevron" aria-hidden="true" />
          </button>
        </div>
      </div>
      {isOpen && <VersionDetails version={version} onRestore={onRestore} />}
    </article>
  );
}
