/**
 * SnapshotResult: the version that was made, or why none was.
 *
 * @module
 */
import type { JSX } from "preact";
import type { SnapshotAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { Notice } from "../../parts/notice.tsx";
import { shortName } from "../../parts/version-name.tsx";
import { hrefOf } from "../../route.ts";

export function SnapshotResult({
  result: { created, version, warnings },
  onAnother,
}: {
  readonly result: SnapshotAnswer;
  readonly onAnother: () => void;
}): JSX.Element {
  const name = shortName(version.versionId);
  return (
    <>
      <Notice kind={created ? "success" : "info"} announced>
        <p>
          {created ? texts.snapshot.saved(name) : texts.snapshot.unchanged(name)}{" "}
          {created && <ChangeCounts counts={version.changes} />}
        </p>
        {created && <p>{version.description}</p>}
      </Notice>
      {warnings.map((warning) => (
        <Notice key={warning} kind="warning">
          {warning}
        </Notice>
      ))}
      <p class="row">
        {version.parent !== null && (
          <a class="button" href={hrefOf("/compare", { from: version.parent, to: version.versionId })}>
            {texts.snapshot.showVersion}
          </a>
        )}
        <button type="button" onClick={onAnother}>
          {texts.snapshot.another}
        </button>
      </p>
    </>
  );
}
