/**
 * Buttons that open the restore dialog for an entry, or one of its fields. They are not there where nothing may be written.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RestoreRequest } from "../../api.ts";
import { texts } from "../language.ts";
import { useSession } from "../session.ts";
import { readablePointer, steadyField } from "./pointer.ts";
import { RestoreDialog } from "./restore-dialog.tsx";
import { stateName } from "./version-name.tsx";

/** Restores the entry `id` as it is in the version `state`. */
export function RestoreEntryButton({
  state,
  id,
}: {
  readonly state: string;
  readonly id: string;
}): JSX.Element | null {
  const request: RestoreRequest = { what: "entries", ref: state, entries: [id] };
  return <RestoreButton request={request} text={texts.changes.restoreEntry(stateName(state))} />;
}

/** Restores the field at `path`, or the field that holds the array it is in. */
export function RestoreFieldButton({
  state,
  id,
  path,
}: {
  readonly state: string;
  readonly id: string;
  readonly path: string;
}): JSX.Element | null {
  const field = steadyField(path);
  if (field === null) return null;
  const title = texts.changes.restoreField(readablePointer(field), stateName(state));
  const request: RestoreRequest = { what: "entries", ref: state, entries: [id], fields: [field] };
  return <RestoreButton request={request} text={texts.changes.restoreFieldShort} title={title} />;
}

function RestoreButton({
  request,
  text,
  title,
}: {
  readonly request: RestoreRequest;
  readonly text: string;
  readonly title?: string;
}): JSX.Element | null {
  const { canWrite } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  if (!canWrite) return null;
  return (
    <>
      <button
        type="button"
        class="small"
        title={title}
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
      >
        {text}
        {title !== undefined && <span class="unseen"> {title}</span>}
      </button>
      {isOpen && <RestoreDialog request={request} onClose={() => setIsOpen(false)} />}
    </>
  );
}
