/**
 * FindEntry: the search box of the header.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";
import { goTo, hrefOf, useRoute } from "../route.ts";

/** A box for the id of an entry, or a part of one; the view of entries shows what there is. */
export function FindEntry(): JSX.Element {
  const { path, query } = useRoute();
  const shown = path === "/entry" ? (query.get("id") ?? query.get("q") ?? "") : "";
  return (
    <search class="find-entry">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const text = new FormData(event.currentTarget).get("q");
          goTo(hrefOf("/entry", { q: typeof text === "string" ? text.trim() : "" }));
        }}
      >
        <input
          type="search"
          name="q"
          key={shown}
          defaultValue={shown}
          placeholder={texts.shell.findEntry}
          aria-label={texts.shell.findEntry}
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit" class="unseen-until-focus">
          {texts.shell.find}
        </button>
      </form>
    </search>
  );
}
