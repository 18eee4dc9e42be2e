/**
 * VersionDetails: all that is known of a version, and what can be done with it.
 *
 * @module
 */
import type { JSX } from "preact";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { BothTimes } from "../../parts/time.tsx";
import { VersionName } from "../../parts/version-name.tsx";
import { hrefOf } from "../../route.ts";
import { useSession } from "../../session.ts";

/** Descriptions up to here are in the row as a whole, on most screens. */
const shortLength = 50;

/** What opens below a row of the timeline. */
export function VersionDetails({
  version,
  onRestore,
}: {
  readonly version: VersionRow;
  readonly onRestore: () => void;
}): JSX.Element {
  const { canWrite } = useSession();
  return (
    <div class="version-details">
      {version.description.length > shortLength && <p class="version-description">{version.description}</p>}
      <dl class="facts">
        <div>
          <dt>{texts.timeline.saved}</dt>
          <dd>
            <BothTimes iso={version.createdAt} />
          </dd>
        </div>
        <div>
          <dt>{texts.timeline.id}</dt>
          <dd>
            <code>{version.versionId}</code>
          </dd>
        </div>
        <div>
          <dt>{texts.timeline.entries}</dt>
          <dd>
            {version.entryCount === null ? texts.timeline.notJson : texts.number(version.entryCount)}
            <span class="quiet"> · {texts.size(version.bytes)}</span>
          </dd>
        </div>
        <div>
          <dt>{texts.timeline.parent}</dt>
          <dd>{version.parent === null ? texts.timeline.noParent : <VersionName id={version.parent} />}</dd>
        </div>
      </dl>
      <div class="row">
        {version.parent !== null && (
          <a class="button small" href={hrefOf("/compare", { from: version.parent, to: version.versionId })}>
            {texts.timeline.comparePrevious}
          </a>
        )}
        <a class="button small" href={hrefOf("/compare", { from: version.versionId, to: "live" })}>
          {texts.timeline.compareLive}
        </a>
        {canWrite && (
          <button type="button" class="small" onClick={onRestore}>
            {texts.general.restore}
          </button>
        )}
        <CopyButton text={version.versionId} label={texts.timeline.copyRef} />
      </div>
    </div>
  );
}
