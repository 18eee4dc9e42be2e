/**
 * What to say when writing the live file fails midway: what was done before, and the way back.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import type { Survey } from "./survey.ts";

/** `error`, which came while the live file was being replaced; it names the version that was made before. */
export function notWritten(error: unknown, state: Survey<unknown>, safety: VersionSummary | null): unknown {
  if (!isKbvaultError(error)) return error;
  if (error.data["renamed"] === true) return writtenUnnoted(error, state, safety);
  if (safety === null || state.holder !== null) return error;
  return new KbvaultError(
    error.code,
    `${error.message} The bytes that the live file had are also kept as ${safety.versionId}.`,
    { ...error.data, safetyVersion: safety.versionId },
    { cause: error },
  );
}

/** `error`, which came when the live file was replaced, and before the journal said so. */
export function writtenUnnoted(
  error: unknown,
  { goal, plan }: Survey<unknown>,
  safety: VersionSummary | null,
): unknown {
  if (!isKbvaultError(error)) return error;
  const { errno, path } = error.data as { readonly errno?: string | null; readonly path?: string };
  const reason = typeof errno === "string" ? `${path} failed with ${errno}.` : error.message;
  const back =
    safety === null
      ? "There was no file before."
      : `The bytes from before are ${safety.versionId}; \`kbvault restore ${safety.versionId}\` goes back to them, \`kbvault undo\` does not.`;
  return new KbvaultError(
    error.code,
    `${plan.path} was replaced (${goal.doing}), but the journal does not say so: ${reason} ${back}`,
    { ...error.data, safetyVersion: safety?.versionId ?? null, written: true },
    { cause: error },
  );
}
