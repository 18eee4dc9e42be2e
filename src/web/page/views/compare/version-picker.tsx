/**
 * VersionPicker: a text box that finds a version, or the live file.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { Age } from "../../parts/time.tsx";
import { VersionName } from "../../parts/version-name.tsx";
import { type Choice, fittingChoices, refOf } from "./choices.ts";

/** Properties of VersionPicker. */
export interface VersionPickerProps {
  readonly label: string;
  readonly versions: readonly VersionRow[];
  /** What is chosen, as it should be shown. */
  readonly shown: string;
  readonly chosenRef: string;
  readonly onChoose: (ref: string) => void;
}

/**
 * A combobox with a list, as in the ARIA Authoring Practices: typing narrows the list down, arrows move in it, Enter
 * takes, Escape leaves all as it was.
 */
export function VersionPicker({
  label,
  versions,
  shown,
  chosenRef,
  onChoose,
}: VersionPickerProps): JSX.Element {
  const id = useId();
  /** What was typed; null while the list is closed. */
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { offered, more } = typed === null ? { offered: [], more: 0 } : fittingChoices(versions, typed);
  const open = (text: string): void => {
    setTyped(text);
    const choices = fittingChoices(versions, text).offered;
    const chosen = text === "" ? choices.findIndex((choice) => refOf(choice) === chosenRef) : 0;
    setActive(Math.max(0, chosen));
  };
  const close = (): void => setTyped(null);
  const choose = (choice: Choice): void => {
    close();
    onChoose(refOf(choice));
  };
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, typed]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (typed === null) open("");
      else setActive((at) => (at + step + offered.length) % Math.max(1, offered.length));
    } else if (event.key === "Enter" && typed !== null) {
      event.preventDefault();
      const choice = offered[active];
      if (choice !== undefined) choose(choice);
    } else if (event.key === "Escape" && typed !== null) {
      event.preventDefault();
      close();
    }
  };

  return (
    <div class="picker">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={typed !== null}
        aria-controls={`${id}-list`}
        aria-activedescendant={typed !== null && offered.length > 0 ? `${id}-${active}` : undefined}
        placeholder={texts.compare.choose}
        value={typed ?? shown}
        onClick={() => typed === null && open("")}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => open(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        class="picker-list"
        hidden={typed === null}
        // The box keeps the focus, which closing hangs on.
        onMouseDown={(event) => event.preventDefault()}
      >
        {offered.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus and takes the keys
          <div
            key={refOf(choice)}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onClick={() => choose(choice)}
          >
            <ChoiceText choice={choice} />
          </div>
        ))}
        {typed !== null && offered.length === 0 && (
          <div role="option" tabIndex={-1} aria-selected={false} aria-disabled="true" class="quiet">
            {texts.compare.noVersionFits}
          </div>
        )}
        {more > 0 && (
          <div role="option" tabIndex={-1} aria-selected={false} aria-disabled="true" class="quiet">
            {texts.compare.moreVersions(texts.number(more))}
          </div>
        )}
      </div>
    </div>
  );
}

function ChoiceText({ choice }: { readonly choice: Choice }): JSX.Element {
  return (
    <>
      <VersionName version={choice} />
      {choice !== null && (
        <>
          <span class="choice-description" dir="auto">
            {choice.description}
          </span>
          <span class="quiet choice-origin">
            <bdi>{choice.author}</bdi>, <Age iso={choice.createdAt} />
          </span>
        </>
      )}
    </>
  );
}
