/**
 * Snapshot: saves the live file as a version.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SnapshotAnswer, StatusAnswer } from "../../api.ts";
import { texts } from "../language.ts";
import { useChanged } from "../live.ts";
import { FailureNotice } from "../parts/failure.tsx";
import { ReadOnlyText } from "../parts/read-only.tsx";
import { View } from "../parts/view.tsx";
import { useResource } from "../resource.ts";
import { SnapshotForm } from "./snapshot/snapshot-form.tsx";
import { SnapshotResult } from "./snapshot/snapshot-result.tsx";
import { WhatWillBeSaved } from "./snapshot/what-will-be-saved.tsx";
import "../style/snapshot.css";

export function SnapshotView(): JSX.Element {
  const { answer, failure, refresh } = useResource<StatusAnswer>("/api/status");
  const [result, setResult] = useState<SnapshotAnswer | null>(null);
  useChanged(refresh);
  return (
    <View title={texts.snapshot.title} lead={texts.snapshot.lead}>
      <div class="snapshot">
        {failure !== null && answer === null && <FailureNotice failure={failure} onRetry={refresh} />}
        {result !== null ? (
          <SnapshotResult result={result} onAnother={() => setResult(null)} />
        ) : (
          <>
            <WhatWillBeSaved status={answer} />
            <ReadOnlyText />
            <SnapshotForm status={answer} onSaved={setResult} />
          </>
        )}
      </div>
    </View>
  );
}
