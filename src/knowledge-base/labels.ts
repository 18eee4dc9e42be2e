/**
 * Labels and tags: names for versions. A label names one version and moves; a tag categorises many and stays.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";
import { checkTags, checkText } from "./names.ts";
import { nearest } from "./nearest.ts";
import { notedVersion, noteEvent } from "./note-event.ts";
import { resolveRef } from "./refs.ts";
import type { StoreAccess } from "./store-access.ts";
import type { Version } from "./version.ts";

/** A label and where it stands. */
export interface Label {
  readonly name: string;
  readonly versionId: string;
  readonly sequence: number;
  /** ISO 8601 in UTC. */
  readonly movedAt: string;
  readonly movedBy: string;
}

/** All labels, by name. */
export function listLabels(catalog: Catalog): Label[] {
  const sequence = (versionId: string): number => catalog.lookup.find(versionId)?.sequence ?? 0;
  return [...catalog.labels]
    .map(([name, state]) => ({ name, ...state, sequence: sequence(state.versionId) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Adds tags to the version that `ref` names. */
export async function addTags(
  access: StoreAccess,
  ref: string,
  tags: readonly string[],
  author: string,
): Promise<Version> {
  const checked = checkTags(tags);
  const noted = await noteEvent(access, "tag", author, (now) => {
    const version = resolveRef(now, ref);
    const added = checked.filter((tag) => !version.tags.includes(tag));
    const change =
      added.length === 0 ? null : ({ op: "tag", versionId: version.versionId, tags: added } as const);
    return { versionId: version.versionId, change };
  });
  return notedVersion(noted);
}

/** From where a label moves or is deleted. */
export interface MoveLabelOptions {
  /**
   * The label has to stand at the version that this ref names, null: there must be no such label. Decided in the moment in
   * which it moves, so that of many who saw it at one place only one moves it. Default: it may stand anywhere.
   */
  readonly expected?: string | null;
}

/** Makes the label `name` stand for the version that `ref` names. Throws LABEL_MOVED. */
export async function setLabel(
  access: StoreAccess,
  name: string,
  ref: string,
  { expected }: MoveLabelOptions,
  author: string,
): Promise<Version> {
  const label = checkText("label", name);
  const noted = await noteEvent(access, "label", author, (now) => {
    const { versionId: target } = resolveRef(now, ref);
    refuseMoved(now, label, expected);
    const was = now.labels.get(label)?.versionId ?? null;
    return {
      versionId: target,
      change: was === target ? null : { op: "label", label, versionId: target, was },
    };
  });
  return notedVersion(noted);
}

/** Deletes a label; the version stays. Throws REF_NOT_FOUND, LABEL_MOVED. */
export async function deleteLabel(
  access: StoreAccess,
  name: string,
  { expected }: MoveLabelOptions,
  author: string,
): Promise<void> {
  const label = checkText("label", name);
  await noteEvent(access, "unlabel", author, (now) => {
    refuseMoved(now, label, expected);
    const was = now.labels.get(label)?.versionId;
    if (was === undefined) {
      const candidates = nearest(label, [...now.labels.keys()]);
      throw new KbvaultError(
        "REF_NOT_FOUND",
        `There is no label ${JSON.stringify(label)}. \`kbvault labels\` lists them.`,
        { ref: label, candidates },
      );
    }
    return { versionId: was, change: { op: "unlabel", label, was } };
  });
}

/** Throws LABEL_MOVED where the label does not stand where it was expected. */
function refuseMoved(catalog: Catalog, label: string, expected: string | null | undefined): void {
  if (expected === undefined) return;
  const now = catalog.labels.get(label) ?? null;
  const wanted = expected === null ? null : resolveRef(catalog, expected).versionId;
  if ((now?.versionId ?? null) === wanted) return;
  const stands =
    now === null
      ? "there is no such label"
      : `it stands at ${now.versionId}, where ${now.movedBy} moved it at ${now.movedAt}`;
  throw new KbvaultError(
    "LABEL_MOVED",
    `The label ${JSON.stringify(label)} does not stand where it was expected (${wanted ?? "nowhere"}): ${stands}. Nothing was changed. Look at that version, then decide anew.`,
    {
      label,
      expected: wanted,
      versionId: now?.versionId ?? null,
      movedBy: now?.movedBy ?? null,
      movedAt: now?.movedAt ?? null,
    },
  );
}
