/**
 * RestoreResult: what a restore did, and the way back.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RestoreAnswer, RestoreRequest } from "../../api.ts";
import { RequestFailure, send } from "../client.ts";
import { texts } from "../language.ts";
import { announce } from "./announcer.tsx";
import { FailureNotice } from "./failure.tsx";
import { Notice } from "./notice.tsx";
import { shortName } from "./version-name.tsx";

type Undo =
  | { readonly kind: "offered" }
  | { readonly kind: "working" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/** Says what is live now and where the bytes from before are; Undo brings them back unless live has changed again. */
export function RestoreResult({
  request,
  answer,
}: {
  readonly request: RestoreRequest;
  readonly answer: RestoreAnswer;
}): JSX.Element {
  const [undo, setUndo] = useState<Undo>({ kind: "offered" });
  const takeBack = () => {
    setUndo({ kind: "working" });
    send<RestoreAnswer>("/api/restore", { what: "undo", expected: answer.sha256 }).then(
      () => {
        announce(texts.restore.undone);
        setUndo({ kind: "done" });
      },
      (failure: unknown) => {
        if (!(failure instanceof RequestFailure)) throw failure;
        setUndo({ kind: "failed", failure });
      },
    );
  };
  if (undo.kind === "done") return <Notice kind="success">{texts.restore.undone}</Notice>;
  return (
    <>
      <Notice kind="success">
        <p>{sentenceOf(request, answer)}</p>
        {answer.safetyVersion !== null && (
          <p>{texts.restore.savedAs(shortName(answer.safetyVersion.versionId))}</p>
        )}
        {answer.restored && (
          <p>
            <button type="button" onClick={takeBack} disabled={undo.kind === "working"}>
              {undo.kind === "working" ? texts.restore.undoing : texts.restore.undo}
            </button>
          </p>
        )}
      </Notice>
      {undo.kind === "failed" && <FailureNotice failure={undo.failure} />}
    </>
  );
}

function sentenceOf(request: RestoreRequest, { restored, version }: RestoreAnswer): string {
  if (!restored) return texts.restore.unchanged;
  const name = shortName(version.versionId);
  return request.what === "entries" ? texts.restore.doneEntries(name) : texts.restore.done(name);
}
