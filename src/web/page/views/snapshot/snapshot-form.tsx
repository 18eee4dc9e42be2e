/**
 * SnapshotForm: description, tags and author of the version to be.
 *
 * @module
 */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { SnapshotAnswer, StatusAnswer } from "../../../api.ts";
import { RequestFailure, send } from "../../client.ts";
import { texts } from "../../language.ts";
import { FailureNotice } from "../../parts/failure.tsx";
import { useSession } from "../../session.ts";
import { TagField } from "./tag-field.tsx";

/** As the store counts it. */
const longestDescription = 1000;

/** A form that can be sent when there is something to save, a description of it, and the right to. */
export function SnapshotForm({
  status,
  onSaved,
}: {
  readonly status: StatusAnswer | null;
  readonly onSaved: (answer: SnapshotAnswer) => void;
}): JSX.Element {
  const { canWrite } = useSession();
  const [description, setDescription] = useState("");
  const [tags, setTags] = useState<readonly string[]>([]);
  const [author, setAuthor] = useState("");
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  const hintId = useId();
  const length = [...description.trim()].length;
  const isTooLong = length > longestDescription;
  const hasSomething = status?.live.valid === true && status.changed !== false;
  const isReady = canWrite && hasSomething && length > 0 && !isTooLong && !isSaving;
  const save = () => {
    setSaving(true);
    setFailure(null);
    send<SnapshotAnswer>("/api/snapshot", {
      description: description.trim(),
      tags,
      ...(author.trim() === "" ? {} : { author: author.trim() }),
    }).then(onSaved, (reason: unknown) => {
      setSaving(false);
      if (!(reason instanceof RequestFailure)) throw reason;
      setFailure(reason);
    });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save();
      }}
    >
      <label class="field">
        {texts.snapshot.description}
        <textarea
          rows={3}
          value={description}
          disabled={!canWrite}
          required
          aria-describedby={hintId}
          aria-invalid={isTooLong}
          onInput={(event) => setDescription(event.currentTarget.value)}
        />
        <span id={hintId} class="field-hint field-hints">
          <span>{texts.snapshot.descriptionHint}</span>
          <span class={isTooLong ? "field-wrong number" : "number"}>
            {isTooLong ? texts.snapshot.tooLong(length - longestDescription) : texts.snapshot.length(length)}
          </span>
        </span>
      </label>
      <div class="snapshot-pair">
        <TagField tags={tags} onChange={setTags} isDisabled={!canWrite} />
        <label class="field">
          {texts.snapshot.author}
          <input
            value={author}
            disabled={!canWrite}
            autocomplete="name"
            onInput={(event) => setAuthor(event.currentTarget.value)}
          />
          <span class="field-hint">{texts.snapshot.authorHint}</span>
        </label>
      </div>
      {failure !== null && <FailureNotice failure={failure} />}
      <div class="row">
        <button type="submit" class="primary" disabled={!isReady}>
          {isSaving ? texts.snapshot.saving : texts.snapshot.save}
        </button>
      </div>
    </form>
  );
}
