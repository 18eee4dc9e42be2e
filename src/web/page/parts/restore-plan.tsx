/**
 * RestorePlan: what a restore would change, before it is done.
 *
 * @module
 */
import type { JSX } from "preact";
import type { RestorePlanAnswer, RestoreRequest } from "../../api.ts";
import { texts } from "../language.ts";
import { hrefOf } from "../route.ts";
import { ChangeCounts } from "./change-counts.tsx";
import { Notice } from "./notice.tsx";
import { Age } from "./time.tsx";
import { shortName, VersionName } from "./version-name.tsx";

/** What is live now, in a few words: a version, or what no version holds. */
export function nowName({ plan }: RestorePlanAnswer): string {
  return plan.from.versionId === null ? texts.restore.theLive : shortName(plan.from.versionId);
}

/** Both states by name, what differs between them, and what becomes of what is live now. */
export function RestorePlan({
  request,
  plan: answer,
}: {
  readonly request: RestoreRequest;
  readonly plan: RestorePlanAnswer;
}): JSX.Element {
  const { plan, version, changes, nothingToDo } = answer;
  if (nothingToDo) {
    return (
      <Notice kind="success" announced>
        {texts.restore.nothingToDo(shortName(version.versionId))}
      </Notice>
    );
  }
  const moved =
    changes === null ? null : changes.added + changes.removed + changes.renamed + changes.modified;
  return (
    <div class="restore-plan">
      <dl class="from-to">
        <div>
          <dt>{texts.restore.now}</dt>
          <dd>
            {plan.from.versionId !== null ? (
              <VersionName id={plan.from.versionId} />
            ) : plan.from.sha256 === null ? (
              texts.restore.liveMissing
            ) : (
              texts.restore.liveUnsaved
            )}
          </dd>
        </div>
        <div>
          <dt>{texts.restore.after}</dt>
          <dd>
            <VersionName version={version} />
            <span class="quiet">
              {" "}
              {version.author}, <Age iso={version.createdAt} />
            </span>
            <span class="from-to-description">{version.description}</span>
          </dd>
        </div>
      </dl>
      {request.what === "entries" && request.fields !== undefined && (
        <p>
          {texts.restore.fields}: <code>{request.fields.join(", ")}</code>
        </p>
      )}
      <h3>{texts.restore.whatChanges}</h3>
      {changes === null ? (
        <Notice kind="warning">{texts.restore.notJson}</Notice>
      ) : (
        <p class="row">
          <ChangeCounts counts={changes} />
          {moved === 0 && changes.outside === 0 && <span>{texts.restore.onlyForm}</span>}
          {request.what === "version" && (
            <a href={hrefOf("/compare", { from: "live", to: version.versionId })}>
              {texts.restore.seeChanges}
            </a>
          )}
        </p>
      )}
      <p class="quiet">{texts.restore.saves[plan.saves]}</p>
    </div>
  );
}
