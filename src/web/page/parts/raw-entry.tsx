/**
 * RawEntry: an entry as it is written in the file.
 *
 * @module
 */
import type { JSX } from "preact";
import type { EntryAnswer } from "../../api.ts";
import { questionOf } from "../client.ts";
import { texts } from "../language.ts";
import { useResource } from "../resource.ts";
import { FailureNotice } from "./failure.tsx";
import { KbText } from "./kb-text.tsx";

/** The text of an entry in one state, byte for byte but for the indentation that all of its lines share. */
export function RawEntry({
  state,
  id,
  tone = "plain",
}: {
  /** `versionId` or `live`. */
  readonly state: string;
  readonly id: string;
  /** Whether the whole entry is new, or gone. */
  readonly tone?: "plain" | "added" | "removed";
}): JSX.Element {
  const { answer, failure, refresh } = useResource<EntryAnswer>(questionOf("/api/entry", { ref: state, id }));
  if (failure?.code === "ENTRY_NOT_FOUND") return <p class="quiet">{texts.changes.rawMissing}</p>;
  if (failure !== null) return <FailureNotice failure={failure} onRetry={refresh} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre class={`raw raw-${tone}`} tabIndex={0} aria-busy={answer === null}>
      {answer === null ? texts.general.loading : <KbText text={dedented(answer.text)} />}
    </pre>
  );
}

/** The text without the indentation of its last line, which stands where the entry does; strings hold no line breaks. */
function dedented(text: string): string {
  const indent = /\n([ \t]+)\S[^\n]*$/.exec(text)?.[1];
  return indent === undefined ? text : text.replaceAll(`\n${indent}`, "\n");
}
