/**
 * TagField: tags as chips.
 *
 * @module
 */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { texts } from "../../language.ts";

/** Enter, a comma or leaving the field adds what was typed; each chip has a button that takes it away. */
export function TagField({
  tags,
  onChange,
  isDisabled,
}: {
  readonly tags: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
  readonly isDisabled: boolean;
}): JSX.Element {
  const [text, setText] = useState("");
  const id = useId();
  const hintId = useId();
  const add = () => {
    const typed = text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    setText("");
    if (typed.length > 0) onChange([...new Set([...tags, ...typed])]);
  };
  return (
    <div class="field">
      <label for={id}>{texts.snapshot.tags}</label>
      <input
        id={id}
        value={text}
        disabled={isDisabled}
        autocomplete="off"
        aria-describedby={hintId}
        placeholder={texts.snapshot.addTag}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.key === "Backspace" && text === "") onChange(tags.slice(0, -1));
          // With nothing typed, Enter sends the form, as it does in every other field.
          if (event.key !== "," && (event.key !== "Enter" || text.trim() === "")) return;
          event.preventDefault();
          add();
        }}
      />
      <span id={hintId} class="field-hint">
        {texts.snapshot.tagsHint}
      </span>
      {tags.length > 0 && (
        <ul class="row tag-chips">
          {tags.map((tag) => (
            <li key={tag} class="chip">
              {tag}
              <button
                type="button"
                class="chip-remove"
                aria-label={texts.snapshot.removeTag(tag)}
                onClick={() => onChange(tags.filter((other) => other !== tag))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
