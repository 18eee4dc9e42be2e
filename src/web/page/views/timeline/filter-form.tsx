/**
 * FilterForm: the filters of the timeline, kept in its address.
 *
 * @module
 */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { goTo, hrefOf } from "../../route.ts";
import type { Filter } from "./filter.ts";

/** Fields that filter while one types. */
export function FilterForm({
  filter,
  versions,
}: {
  readonly filter: Filter;
  /** All versions: whose authors and tags there are to choose from. */
  readonly versions: readonly VersionRow[];
}): JSX.Element {
  const authors = useMemo(() => valuesOf(versions.map(({ author }) => author)), [versions]);
  const tags = useMemo(() => valuesOf(versions.flatMap((version) => version.tags)), [versions]);
  const change = (part: Partial<Filter>) =>
    goTo(hrefOf("/timeline", { ...filter, ...part }), { replace: true });
  return (
    <search aria-label={texts.timeline.filters} class="filters">
      <label class="field filters-search">
        {texts.timeline.search}
        <input
          type="search"
          value={filter.q}
          placeholder={texts.timeline.searchHint}
          onInput={(event) => change({ q: event.currentTarget.value })}
        />
      </label>
      <Choice
        name={texts.timeline.author}
        any={texts.timeline.anyAuthor}
        values={authors}
        chosen={filter.author}
        onChoose={(author) => change({ author })}
      />
      <Choice
        name={texts.timeline.tag}
        any={texts.timeline.anyTag}
        values={tags}
        chosen={filter.tag}
        onChoose={(tag) => change({ tag })}
      />
      <label class="field">
        {texts.timeline.from}
        <input
          type="date"
          value={filter.from}
          onInput={(event) => change({ from: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        {texts.timeline.to}
        <input type="date" value={filter.to} onInput={(event) => change({ to: event.currentTarget.value })} />
      </label>
    </search>
  );
}

function valuesOf(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((one, other) => one.localeCompare(other));
}

function Choice({
  name,
  any,
  values,
  chosen,
  onChoose,
}: {
  readonly name: string;
  /** What stands for all of them. */
  readonly any: string;
  readonly values: readonly string[];
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
}): JSX.Element {
  const shown = chosen === "" || values.includes(chosen) ? values : [chosen, ...values];
  return (
    <label class="field">
      {name}
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{any}</option>
        {shown.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
