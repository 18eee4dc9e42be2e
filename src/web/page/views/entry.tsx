/**
 * EntryView: where each field of an entry comes from, and what happened to it.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";
import { visibleText } from "../parts/control-characters.ts";
import { View } from "../parts/view.tsx";
import { goTo, hrefOf, useRoute } from "../route.ts";
import { FoundEntries } from "./entry/found-entries.tsx";
import { ShownEntry } from "./entry/shown-entry.tsx";
import "../style/changes.css";
import "../style/entry.css";

/** The view at `/entry`: the entry that the address names, else those that fit what is searched for. */
export function EntryView(): JSX.Element {
  const { query } = useRoute();
  const id = query.get("id");
  const search = query.get("q") ?? "";
  return (
    <View
      title={id === null ? texts.entry.title : texts.entry.titleOf(visibleText(id))}
      lead={id === null ? texts.entry.lead : undefined}
      wide
    >
      <div class="stack">
        <input
          class="entry-search"
          type="search"
          aria-label={texts.entry.find}
          placeholder={texts.entry.find}
          autocomplete="off"
          spellcheck={false}
          value={search}
          onInput={(event) =>
            goTo(hrefOf("/entry", { q: event.currentTarget.value }), { replace: id === null })
          }
        />
        {id === null ? (
          <FoundEntries search={search} />
        ) : (
          <ShownEntry key={id} id={id} state={query.get("ref") ?? "live"} />
        )}
      </div>
    </View>
  );
}
