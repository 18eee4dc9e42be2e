/**
 * Home: the three questions of whoever is on call, answered at once, and the way back.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CompareAnswer, HealthAnswer, RestoreRequest, StatusAnswer } from "../../api.ts";
import { texts } from "../language.ts";
import { useChanged } from "../live.ts";
import { FailureNotice } from "../parts/failure.tsx";
import { RestoreDialog } from "../parts/restore-dialog.tsx";
import { View } from "../parts/view.tsx";
import { useResource } from "../resource.ts";
import { hrefOf } from "../route.ts";
import { GoodCard } from "./home/good-card.tsx";
import { LiveCard } from "./home/live-card.tsx";
import { RecentVersions } from "./home/recent-versions.tsx";
import { RestoreCard } from "./home/restore-card.tsx";
import { WouldCard } from "./home/would-card.tsx";
import "../style/home.css";

/** Each card asks for itself, so that a slow answer holds up none of the others. */
export function HomeView(): JSX.Element {
  const status = useResource<StatusAnswer>("/api/status");
  const health = useResource<HealthAnswer>("/api/health");
  const good = status.answer?.knownGood ?? null;
  const isComparable = status.answer?.live.valid === true && good !== null;
  const would = useResource<CompareAnswer>(
    isComparable ? hrefOf("/api/compare", { from: "live", to: good.versionId }) : null,
  );
  const [request, setRequest] = useState<RestoreRequest | null>(null);
  useChanged(() => {
    status.refresh();
    health.refresh();
    would.refresh();
  });
  return (
    <View title={texts.home.title}>
      <div class="home">
        {status.failure !== null && status.answer === null && (
          <FailureNotice failure={status.failure} onRetry={status.refresh} />
        )}
        <div class="home-cards">
          <LiveCard status={status} health={health} />
          <GoodCard status={status} />
          <WouldCard status={status} would={would} />
        </div>
        {status.answer !== null && <RestoreCard status={status.answer} onRestore={setRequest} />}
        <RecentVersions />
      </div>
      {request !== null && <RestoreDialog request={request} onClose={() => setRequest(null)} />}
    </View>
  );
}
