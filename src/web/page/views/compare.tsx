/**
 * CompareView: what differs between two versions, or between a version and the live file.
 *
 * @module
 */
import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { CompareAnswer, StatusAnswer, VersionsAnswer } from "../../api.ts";
import { questionOf } from "../client.ts";
import { type CompareAddress, readAddress } from "../comparison-address.ts";
import { texts } from "../language.ts";
import { useChanged } from "../live.ts";
import { ChangeCounts, type Counts } from "../parts/change-counts.tsx";
import { FailureNotice } from "../parts/failure.tsx";
import { Notice } from "../parts/notice.tsx";
import { StaleNotice } from "../parts/stale.tsx";
import { View } from "../parts/view.tsx";
import { useResource } from "../resource.ts";
import { useRoute } from "../route.ts";
import { ShownComparison } from "./compare/comparison.tsx";
import { Handles } from "./compare/handles.tsx";
import "../style/changes.css";
import "../style/compare.css";

/** The view at `/compare`. Without other sides in the address: from the version that live came from, to live. */
export function CompareView(): JSX.Element {
  const given = readAddress(useRoute().query);
  const versions = useResource<VersionsAnswer>("/api/versions");
  // The status takes longer than the comparison does, so it waits where the address says what to compare.
  const [isShown, setIsShown] = useState(false);
  const status = useResource<StatusAnswer>(isShown || given.from === null ? "/api/status" : null);
  const onShown = useCallback(() => setIsShown(true), []);
  const current = status.answer?.current ?? null;
  const address: CompareAddress = {
    ...given,
    from: given.from ?? current?.versionId ?? null,
    to: given.to ?? "live",
  };
  useChanged(({ store }) => {
    if (store) versions.refresh();
    status.refresh();
  });
  const hasNoVersions = versions.answer?.versions.length === 0;
  const failure = versions.failure ?? (given.from === null ? status.failure : null);
  return (
    <View title={texts.compare.title} lead={texts.compare.lead} wide>
      <div class="stack">
        <Handles address={address} versions={versions.answer?.versions ?? []} current={current} />
        {failure !== null && (
          <FailureNotice
            failure={failure}
            onRetry={versions.failure === null ? status.refresh : versions.refresh}
          />
        )}
        {hasNoVersions && given.from === null ? (
          <Notice kind="info">
            {texts.compare.noVersions} <a href="/snapshot">{texts.compare.saveOne}</a>
          </Notice>
        ) : (
          <Comparison address={address} versions={versions.answer?.versions ?? []} onShown={onShown} />
        )}
      </div>
    </View>
  );
}

function Comparison({
  address,
  versions,
  onShown,
}: {
  readonly address: CompareAddress;
  readonly versions: VersionsAnswer["versions"];
  /** Called when there is something to see, or nothing will come. */
  readonly onShown: () => void;
}): JSX.Element {
  const { from, to } = address;
  const question = from === null || to === null ? null : questionOf("/api/compare", { from, to });
  const { answer, failure, refresh } = useResource<CompareAnswer>(question);
  const isSettled = answer !== null || failure !== null;
  useEffect(() => {
    if (isSettled) onShown();
  }, [isSettled, onShown]);
  const [staleQuestion, setStaleQuestion] = useState<string | null>(null);
  useChanged(({ live }) => {
    if (live && answer !== null && (from === "live" || to === "live")) setStaleQuestion(question);
  });
  if (failure !== null && answer === null) return <FailureNotice failure={failure} onRetry={refresh} />;
  if (answer === null) return <Awaited counts={notedCounts(versions, address)} />;
  return (
    <>
      <ShownComparison comparison={answer} address={address} />
      {staleQuestion === question && (
        <StaleNotice
          text={texts.compare.liveChanged}
          button={texts.compare.showAgain}
          onShow={() => {
            setStaleQuestion(null);
            refresh();
          }}
        />
      )}
    </>
  );
}

/** What is shown while the comparison is made: the counts, where the newer version noted them when it was saved. */
function Awaited({ counts }: { readonly counts: Counts | null }): JSX.Element {
  return (
    <>
      {counts !== null && (
        <p class="noted-counts">
          <ChangeCounts counts={counts} />
        </p>
      )}
      <div class="skeleton comparison-skeleton" role="status" aria-label={texts.general.loading} />
    </>
  );
}

/** What a version noted of its changes against its parent, where these two are compared; else null. */
function notedCounts(versions: VersionsAnswer["versions"], { from, to }: CompareAddress): Counts | null {
  const named = (ref: string | null): VersionsAnswer["versions"][number] | undefined =>
    versions.find(({ versionId, sequence }) => versionId === ref || `v${sequence}` === ref);
  const newer = named(to);
  const older = named(from)?.versionId;
  return older !== undefined && newer?.parent === older ? newer.changes : null;
}
