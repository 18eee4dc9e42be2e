/**
 * RestoreCard: the way back to the known-good version, and the way back from there.
 *
 * @module
 */
import type { JSX } from "preact";
import type { RestoreRequest, StatusAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ReadOnlyText } from "../../parts/read-only.tsx";
import { shortName } from "../../parts/version-name.tsx";
import { useSession } from "../../session.ts";

/** Offers to restore, and to undo the last restore; where nothing may be written, says how to do it elsewhere. */
export function RestoreCard({
  status,
  onRestore,
}: {
  readonly status: StatusAnswer;
  readonly onRestore: (request: RestoreRequest) => void;
}): JSX.Element | null {
  const { canWrite } = useSession();
  const { knownGood, live, canUndo } = status;
  const isLive = knownGood !== null && knownGood.sha256 === live.sha256;
  const offersRestore = knownGood !== null && !isLive;
  if (!offersRestore && !canUndo && canWrite) return null;
  return (
    <section class="card restore-card" aria-label={texts.general.restore}>
      {offersRestore && (
        <div>
          <h2>{texts.home.restoreTitle(shortName(knownGood.versionId))}</h2>
          <p class="quiet">{texts.home.restoreText}</p>
        </div>
      )}
      {canWrite ? (
        <div class="row">
          {offersRestore && (
            <button
              type="button"
              class="primary"
              onClick={() => onRestore({ what: "version", ref: knownGood.versionId })}
            >
              {texts.general.restore}
            </button>
          )}
          {canUndo && (
            <button type="button" onClick={() => onRestore({ what: "undo" })}>
              {texts.home.undoLast}
            </button>
          )}
          {offersRestore && <a href="/timeline">{texts.home.restoreOther}</a>}
        </div>
      ) : (
        <>
          {offersRestore && (
            <p>
              {texts.home.onCommandLine}
              <code class="command">kbvault restore {shortName(knownGood.versionId)}</code>
            </p>
          )}
          <ReadOnlyText />
        </>
      )}
    </section>
  );
}
