/**
 * RestoreDialog: what would change, one button that says what it does, then what became of it, with Undo.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RestoreAnswer, RestorePlanAnswer, RestoreRequest } from "../../api.ts";
import { RequestFailure, send } from "../client.ts";
import { texts } from "../language.ts";
import { useSession } from "../session.ts";
import { announce } from "./announcer.tsx";
import { visibleText } from "./control-characters.ts";
import { FailureNotice } from "./failure.tsx";
import { Modal } from "./modal.tsx";
import { ReadOnlyText } from "./read-only.tsx";
import { nowName, RestorePlan } from "./restore-plan.tsx";
import { RestoreResult } from "./restore-result.tsx";
import { shortName } from "./version-name.tsx";

type Stage =
  | { readonly kind: "planning" }
  | { readonly kind: "planned"; readonly plan: RestorePlanAnswer }
  | { readonly kind: "working"; readonly plan: RestorePlanAnswer }
  | { readonly kind: "done"; readonly answer: RestoreAnswer }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/** Properties of RestoreDialog. */
export interface RestoreDialogProps {
  readonly request: RestoreRequest;
  readonly onClose: () => void;
}

/** Restores after a look at what would change. Closes itself never: the result stays until it was read. */
export function RestoreDialog({ request, onClose }: RestoreDialogProps): JSX.Element {
  const { canWrite } = useSession();
  const [stage, setStage] = useState<Stage>({ kind: "planning" });
  const [round, setRound] = useState(0);
  const confirm = useRef<HTMLButtonElement>(null);
  const leave = useRef<HTMLButtonElement>(null);
  const asked = JSON.stringify(request);
  useEffect(() => {
    if (!canWrite) return;
    let isCurrent = true;
    const show = (next: Stage) => isCurrent && setStage(next);
    setStage({ kind: "planning" });
    send<RestorePlanAnswer>("/api/restore/plan", JSON.parse(asked)).then(
      (plan) => show({ kind: "planned", plan }),
      (failure: unknown) => show({ kind: "failed", failure: failureOf(failure) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [asked, canWrite, round]);
  useEffect(() => {
    if (stage.kind === "planned") confirm.current?.focus();
    if (stage.kind === "done") leave.current?.focus();
  }, [stage.kind]);

  const restore = (plan: RestorePlanAnswer) => {
    setStage({ kind: "working", plan });
    send<RestoreAnswer>("/api/restore", { ...request, expected: plan.plan.from.sha256 }).then(
      (answer) => {
        announce(texts.restore.done(shortName(answer.version.versionId)));
        setStage({ kind: "done", answer });
      },
      (failure: unknown) => setStage({ kind: "failed", failure: failureOf(failure) }),
    );
  };
  const plan = "plan" in stage ? stage.plan : null;
  return (
    <Modal title={titleOf(request, plan)} onClose={onClose} isBusy={stage.kind === "working"}>
      {!canWrite && <ReadOnlyText />}
      {canWrite && stage.kind === "planning" && <p class="quiet">{texts.general.loading}</p>}
      {plan !== null && <RestorePlan request={request} plan={plan} />}
      {stage.kind === "failed" && <FailureNotice failure={stage.failure} />}
      {stage.kind === "done" && <RestoreResult request={request} answer={stage.answer} />}
      <div class="row row-end">
        <button ref={leave} type="button" onClick={onClose} disabled={stage.kind === "working"}>
          {plan === null || plan.nothingToDo ? texts.general.close : texts.general.cancel}
        </button>
        {stage.kind === "failed" && (
          <button type="button" class="primary" onClick={() => setRound((count) => count + 1)}>
            {texts.restore.lookAgain}
          </button>
        )}
        {plan !== null && !plan.nothingToDo && (
          <button
            ref={confirm}
            type="button"
            class="primary"
            disabled={stage.kind === "working"}
            onClick={() => restore(plan)}
          >
            {stage.kind === "working" ? texts.restore.working : orderText(request, plan)}
          </button>
        )}
      </div>
    </Modal>
  );
}

function failureOf(failure: unknown): RequestFailure {
  if (failure instanceof RequestFailure) return failure;
  throw failure;
}

function titleOf(request: RestoreRequest, plan: RestorePlanAnswer | null): string {
  if (request.what === "undo") return texts.restore.titleUndo;
  const name = plan === null ? shortName(request.ref) : shortName(plan.version.versionId);
  if (request.what === "version") return texts.restore.titleVersion(name);
  const [only] = request.entries;
  return request.entries.length === 1 && only !== undefined
    ? texts.restore.titleEntry(visibleText(only), name)
    : texts.restore.titleEntries(texts.number(request.entries.length), name);
}

function orderText(request: RestoreRequest, plan: RestorePlanAnswer): string {
  const name = shortName(plan.version.versionId);
  const now = nowName(plan);
  return request.what === "entries" ? texts.restore.doEntries(name, now) : texts.restore.doVersion(name, now);
}
