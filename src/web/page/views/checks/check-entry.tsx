/**
 * CheckEntry: what one check found.
 *
 * @module
 */
import type { JSX } from "preact";
import type { HealthAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { StatusMark } from "../../parts/status-mark.tsx";
import { checkTitle } from "./check-title.ts";

type CheckResult = NonNullable<HealthAnswer["checks"][keyof HealthAnswer["checks"]]>;

/** Its status in shape and word, its message, and on demand its details. */
export function CheckEntry({
  name,
  result,
}: {
  readonly name: string;
  readonly result: CheckResult;
}): JSX.Element {
  const details = Object.entries(result.details);
  return (
    <li class="check">
      <StatusMark status={result.status} />
      <div class="check-text">
        <h2>
          {checkTitle(name)}
          <span class={`check-status check-status-${result.status}`}>
            {texts.checks.statuses[result.status]}
          </span>
        </h2>
        <p>{result.message}</p>
        <details>
          <summary>
            {texts.checks.details}
            <span class="quiet number"> · {texts.number(Math.round(result.durationMs))} ms</span>
          </summary>
          {details.length === 0 ? (
            <p class="quiet">{texts.checks.noDetails}</p>
          ) : (
            <dl class="facts">
              {details.map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>
                    <code>{typeof value === "string" ? value : JSON.stringify(value, null, 1)}</code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </details>
      </div>
    </li>
  );
}
