/**
 * DryRun: the pending migrations, tried.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DryRunAnswer } from "../../../api.ts";
import { RequestFailure, send } from "../../client.ts";
import { texts } from "../../language.ts";
import { FailureNotice } from "../../parts/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useSession } from "../../session.ts";

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly answer: DryRunAnswer }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/** A button, and below it what the last try reported. */
export function DryRun(): JSX.Element {
  const { carriesToken } = useSession();
  const [state, setState] = useState<State>({ kind: "idle" });
  if (!carriesToken) return <Notice kind="info">{texts.migrations.dryRunToken}</Notice>;
  const run = () => {
    setState({ kind: "running" });
    send<DryRunAnswer>("/api/migrations/dry-run", {}).then(
      (answer) => setState({ kind: "done", answer }),
      (failure: unknown) => {
        if (!(failure instanceof RequestFailure)) throw failure;
        setState({ kind: "failed", failure });
      },
    );
  };
  return (
    <div class="stack">
      <p class="row">
        <button type="button" onClick={run} disabled={state.kind === "running"}>
          {state.kind === "running" ? texts.migrations.dryRunning : texts.migrations.dryRun}
        </button>
        <span class="quiet">{texts.migrations.dryRunText}</span>
      </p>
      {state.kind === "failed" && <FailureNotice failure={state.failure} />}
      {state.kind === "done" && <Outcome answer={state.answer} />}
    </div>
  );
}

function Outcome({ answer: { ok, steps, failure } }: { readonly answer: DryRunAnswer }): JSX.Element {
  return (
    <Notice kind={ok ? "success" : "error"} announced>
      <p>{ok ? texts.migrations.dryRunOk : texts.migrations.dryRunFailed}</p>
      {steps.length === 0 && ok && <p>{texts.migrations.nothingPending}</p>}
      <ol class="dry-run-steps">
        {steps.map(({ id, outcome, durationMs, statements }) => (
          <li key={id}>
            <code>{id}</code> {texts.migrations.outcomes[outcome]}
            <span class="quiet number">
              {" "}
              · {texts.migrations.statements(statements)}
              {durationMs !== null && ` · ${texts.number(Math.round(durationMs))} ms`}
            </span>
          </li>
        ))}
      </ol>
      {failure !== null && <p class="dry-run-failure">{failure.message}</p>}
    </Notice>
  );
}
