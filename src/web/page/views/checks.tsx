/**
 * Checks: what health found, check by check.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HealthAnswer } from "../../api.ts";
import { texts } from "../language.ts";
import { announce } from "../parts/announcer.tsx";
import { FailureNotice } from "../parts/failure.tsx";
import { StatusMark } from "../parts/status-mark.tsx";
import { Time } from "../parts/time.tsx";
import { View } from "../parts/view.tsx";
import { useResource } from "../resource.ts";
import { CheckEntry } from "./checks/check-entry.tsx";
import { checkTitle } from "./checks/check-title.ts";
import "../style/checks.css";

/** Runs anew when asked: checks cost more than to look, so they do not follow every change. */
export function ChecksView(): JSX.Element {
  const { answer, failure, isLoading, refresh } = useResource<HealthAnswer>("/api/health");
  useEffect(() => {
    if (answer !== null) announce(texts.checks.verdicts[answer.status]);
  }, [answer]);
  return (
    <View
      title={texts.checks.title}
      actions={
        <button type="button" onClick={refresh} disabled={isLoading}>
          {isLoading ? texts.checks.running : texts.checks.again}
        </button>
      }
    >
      {failure !== null && <FailureNotice failure={failure} onRetry={refresh} />}
      {answer === null ? (
        <div class="stack">
          {Array.from({ length: 6 }, (_, index) => (
            <span key={index} class="skeleton checks-skeleton" />
          ))}
        </div>
      ) : (
        <Report report={answer} />
      )}
    </View>
  );
}

function Report({ report }: { readonly report: HealthAnswer }): JSX.Element {
  const leftOut = Object.entries(report.leftOut);
  return (
    <div class="checks">
      <section class={`card verdict verdict-${report.status}`}>
        <StatusMark status={report.status} />
        <div>
          <p class="verdict-word">{texts.checks.statuses[report.status]}</p>
          <p>{texts.checks.verdicts[report.status]}</p>
        </div>
        <p class="quiet verdict-time">
          {texts.checks.when} <Time iso={report.timestamp} age />,{" "}
          {texts.checks.took(texts.number(Math.round(report.durationMs)))}
        </p>
      </section>
      <section aria-label={texts.checks.checks}>
        <ul class="checks-list">
          {Object.entries(report.checks).map(([name, result]) => (
            <CheckEntry key={name} name={name} result={result} />
          ))}
        </ul>
      </section>
      {leftOut.length > 0 && (
        <details class="left-out">
          <summary>
            {texts.checks.leftOut} ({leftOut.length})
          </summary>
          <dl class="facts">
            {leftOut.map(([name, reason]) => (
              <div key={name}>
                <dt>{checkTitle(name)}</dt>
                <dd>{reason}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
