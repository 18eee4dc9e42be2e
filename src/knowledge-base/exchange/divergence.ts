/**
 * What two stores that both grew disagree about: pure.
 *
 * @module
 */
import type { Catalog } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { compareEvents, type JournalEvent } from "../journal.ts";
import type { DescribeChange, LabelChange, UnlabelChange } from "../journal-change.ts";

/** Where a label ended in one store. */
export interface LabelEnd {
  /** The version that it names; null where it was deleted. */
  readonly versionId: string | null;
  /** When, ISO 8601 in UTC, and by whom. */
  readonly at: string;
  readonly by: string;
}

/** A label that moved in both stores since they last met, to different versions. */
export interface DivergedLabel {
  readonly label: string;
  readonly source: LabelEnd;
  readonly target: LabelEnd;
  /** The event of the source that the target must not get before the conflict is resolved. */
  readonly last: string;
}

/** A version that was described anew in both stores; what is kept follows from the order of the journal. */
export interface DivergedDescription {
  readonly versionId: string;
  readonly source: string;
  readonly target: string;
  readonly kept: string;
}

/** What happened in one store that the other does not know. */
export interface Own {
  readonly catalog: Catalog;
  readonly events: readonly JournalEvent[];
}

/**
 * The labels in conflict, by name. Whoever moves a label knows what it named until then; so where only one store has moves
 * that the other lacks, its value is the newer one, and where both have, neither is.
 */
export function divergedLabels(source: Own, target: Own): DivergedLabel[] {
  const [moved, other] = [lastMoves(source.events), lastMoves(target.events)];
  return [...moved]
    .flatMap(([label, move]): DivergedLabel[] => {
      const against = other.get(label);
      const ends = [source, target].map(({ catalog }) => catalog.labels.get(label)?.versionId ?? null);
      if (against === undefined || ends[0] === ends[1]) return [];
      const endOf = ({ at, by }: LabelMove, versionId: string | null): LabelEnd => ({ versionId, at, by });
      return [
        {
          label,
          source: endOf(move, ends[0] ?? null),
          target: endOf(against, ends[1] ?? null),
          last: move.file,
        },
      ];
    })
    .sort((one, other_) => (one.label < other_.label ? -1 : 1));
}

/** The descriptions that differ because both stores described a version anew, by version. */
export function divergedDescriptions(source: Own, target: Own): DivergedDescription[] {
  const [ours, theirs] = [lastDescriptions(source.events), lastDescriptions(target.events)];
  return [...ours].flatMap(([versionId, event]) => {
    const other = theirs.get(versionId);
    if (other === undefined || other.description === event.description) return [];
    const kept = compareEvents(event, other) > 0 ? event.description : other.description;
    return [{ versionId, source: event.description, target: other.description, kept }];
  });
}

/** Ids of versions that the two stores have, and that are not the same version. */
export function contraryVersions(source: Catalog, target: Catalog): string[] {
  return [...source.state.versions].flatMap((version) => {
    const other = target.state.versions.find(version.versionId);
    return other === undefined || isSame(version, other) ? [] : [version.versionId];
  });
}

function isSame(one: VersionSummary, other: VersionSummary): boolean {
  return (
    one.sha256 === other.sha256 &&
    one.createdAt === other.createdAt &&
    one.author === other.author &&
    one.parent === other.parent
  );
}

type LabelMove = JournalEvent<LabelChange | UnlabelChange>;

/** The last move of each label. */
function lastMoves(events: readonly JournalEvent[]): ReadonlyMap<string, LabelMove> {
  const moves = events.filter((event) => event.op === "label" || event.op === "unlabel");
  return new Map(moves.sort(compareEvents).map((event) => [event.label, event as LabelMove]));
}

function lastDescriptions(
  events: readonly JournalEvent[],
): ReadonlyMap<string, JournalEvent<DescribeChange>> {
  const described = events.filter((event) => event.op === "describe");
  return new Map(
    described.sort(compareEvents).map((event) => [event.versionId, event as JournalEvent<DescribeChange>]),
  );
}
