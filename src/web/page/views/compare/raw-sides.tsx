/**
 * RawSides: an entry as it is written on both sides, asked for when it is opened.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { texts } from "../../language.ts";
import { RawEntry } from "../../parts/raw-entry.tsx";
import { stateName } from "../../parts/version-name.tsx";

/** An entry in one state. */
interface PlacedEntry {
  readonly state: string;
  readonly id: string;
}

export function RawSides({
  before,
  after,
}: {
  readonly before: PlacedEntry;
  readonly after: PlacedEntry;
}): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="raw-sides" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{texts.compare.raw}</summary>
      {isOpen && (
        <div class="raw-columns">
          {[before, after].map(({ state, id }, index) => (
            <section key={index}>
              <h3>{texts.changes.rawOf(stateName(state))}</h3>
              <RawEntry state={state} id={id} />
            </section>
          ))}
        </div>
      )}
    </details>
  );
}
