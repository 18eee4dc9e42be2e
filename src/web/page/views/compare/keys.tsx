/**
 * Keys of the view, and the dialog that explains them.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../../language.ts";
import { Modal } from "../../parts/modal.tsx";

/** What each key does. */
export type KeyActions = Readonly<Record<"j" | "k" | "n" | "p" | "v" | "/" | "?", () => void>>;

const { keyTexts } = texts.compare;

const explained: readonly (readonly [keys: readonly (keyof KeyActions)[], text: string])[] = [
  [["j", "k"], keyTexts.next],
  [["n", "p"], keyTexts.change],
  [["v"], keyTexts.viewed],
  [["/"], keyTexts.search],
  [["?"], keyTexts.help],
];

/** Listens to the keys for as long as the view is there, except while something else wants them. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      const { key } = event;
      if (!Object.hasOwn(latest.current, key)) return;
      event.preventDefault();
      latest.current[key as keyof KeyActions]();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
  );
}

/** The keys and what they do. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal title={texts.compare.keysTitle} onClose={onClose}>
      <dl class="keys">
        {explained.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">{texts.compare.keysWhere}</p>
      <form method="dialog">
        <button type="submit">{texts.general.close}</button>
      </form>
    </Modal>
  );
}
