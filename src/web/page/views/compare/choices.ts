/**
 * What a side of a comparison can be.
 *
 * @module
 */
import type { VersionRow } from "../../../api.ts";
import { texts } from "../../language.ts";
import { shortName } from "../../parts/version-name.tsx";

/** The live file (null), or a version. */
export type Choice = VersionRow | null;

/** Choices that are offered at once. */
const mostOffered = 200;

/** The ref of a choice. */
export function refOf(choice: Choice): string {
  return choice?.versionId ?? "live";
}

/** What a choice is called where there is room for one line. */
export function choiceName(choice: Choice): string {
  if (choice === null) return texts.general.live;
  return [shortName(choice.versionId), ...choice.labels, choice.description].join(" · ");
}

/** The choices in which each word of `search` is found, whatever the case, and how many more there are. */
export function fittingChoices(
  versions: readonly VersionRow[],
  search: string,
): { readonly offered: readonly Choice[]; readonly more: number } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const choices: readonly Choice[] = [null, ...versions];
  const fitting = choices.filter((choice) => {
    const text = searchedText(choice);
    return words.every((word) => text.includes(word));
  });
  return { offered: fitting.slice(0, mostOffered), more: Math.max(0, fitting.length - mostOffered) };
}

function searchedText(choice: Choice): string {
  if (choice === null) return `live ${texts.general.live}`.toLowerCase();
  const { versionId, author, description, tags, labels } = choice;
  return [versionId, author, description, ...tags, ...labels].join("\n").toLowerCase();
}
