/**
 * RecentVersions: the newest five.
 *
 * @module
 */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { VersionsAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { useChanged } from "../../live.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { FailureNotice } from "../../parts/failure.tsx";
import { isInUse, useHeld } from "../../parts/held.ts";
import { Age } from "../../parts/time.tsx";
import { VersionName } from "../../parts/version-name.tsx";
import { useResource } from "../../resource.ts";
import { hrefOf } from "../../route.ts";

const shownCount = 5;

/** Snapshots only, newest first. What comes while somebody is at the list waits for a click. */
export function RecentVersions(): JSX.Element {
  const { answer, failure, refresh } = useResource<VersionsAnswer>("/api/versions");
  const list = useRef<HTMLElement>(null);
  const held = useHeld(answer, (shown) => shown === null || !isInUse(list.current));
  useChanged(({ store }) => store && refresh());
  const newest = held.shown?.versions[0]?.sequence ?? 0;
  const newer = held.waiting?.versions.filter(({ sequence }) => sequence > newest).length ?? 0;
  const versions = held.shown?.versions.filter(({ kind }) => kind === "snapshot").slice(0, shownCount);
  return (
    <section ref={list} class="recent" aria-labelledby="recent">
      <div class="row recent-head">
        <h2 id="recent">{texts.home.recent}</h2>
        {newer > 0 && (
          <button type="button" class="small" onClick={held.show}>
            {texts.home.newer(newer)}
          </button>
        )}
        <a href="/timeline">{texts.home.allVersions}</a>
      </div>
      {failure !== null && answer === null && <FailureNotice failure={failure} onRetry={refresh} />}
      {versions?.length === 0 && <p class="quiet">{texts.home.noVersions}</p>}
      <ol class="recent-list">
        {versions === undefined
          ? Array.from({ length: shownCount }, (_, index) => (
              <li key={index}>
                <span class="skeleton" />
              </li>
            ))
          : versions.map((version) => (
              <li key={version.versionId}>
                <a
                  href={hrefOf("/compare", {
                    from: version.parent ?? version.versionId,
                    to: version.versionId,
                  })}
                >
                  <VersionName version={version} />
                </a>
                <span class="recent-text">
                  <span class="clamp-line">{version.description}</span>
                  <span class="quiet">
                    {version.author}, <Age iso={version.createdAt} />
                  </span>
                </span>
                <ChangeCounts counts={version.changes} />
              </li>
            ))}
      </ol>
    </section>
  );
}
