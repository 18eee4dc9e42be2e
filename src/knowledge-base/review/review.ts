/**
 * Review of a comparison: the changes that rules find worth a second look.
 *
 * @module
 */
import { matchesPath, type PathPattern, parsePathPattern } from "../../json/path-pattern.ts";
import { parsePointer } from "../../json/pointer.ts";
import { JsonNumber, type JsonValue } from "../../json/value.ts";
import type { Comparison, FieldChange, FieldChangeKind } from "../comparison.ts";
import { defaultReviewRules, type ReviewRule, type ReviewSeverity, reviewSeverities } from "./rules.ts";

/** A change that a rule found. */
export interface ReviewFinding {
  /** Name of the rule. */
  readonly rule: string;
  readonly severity: ReviewSeverity;
  /** Id of the entry, on the newer side where it was renamed; null outside all entries. */
  readonly entry: string | null;
  /** `path` of the FieldChange; null where the entry as a whole was added or removed. */
  readonly path: string | null;
  /** What happened at that path; what the rule looks for may be further inside. */
  readonly kind: FieldChangeKind;
  /** What the rule says, such as `removed step`; it holds nothing of the knowledge base. */
  readonly message: string;
}

/**
 * The changes of `comparison` that `rules` find: entry by entry (removed, added, renamed, modified), then outside all
 * entries; of several rules for one change in the order of the rules, each once.
 *
 * Whatever is in a subtree that was added or removed counts as added or removed too, so that a removed step with a
 * warning in it is found by `removed-step` and `changed-warning`. An empty value (null, "", [], {}) that was added or
 * removed is no finding. Of whole entries only ids are compared: a removed one
 * is found by rules for the path "".
 *
 * @param rules default: `defaultReviewRules`; see `reviewRules` for others
 * @throws KbvaultError USAGE for a path pattern that cannot be read
 * @example
 * ```ts
 * const before = Buffer.from('{"wifi": {"steps": ["Restart the router", "Call us"]}}');
 * const after = Buffer.from('{"wifi": {"steps": ["Call us"]}}');
 * reviewComparison(compareDocuments(before, after)).map(({ rule, path }) => rule + " " + path); // ["removed-step /steps/0"]
 * ```
 */
export function reviewComparison(
  comparison: Comparison,
  rules: readonly ReviewRule[] = defaultReviewRules,
): ReviewFinding[] {
  const readyRules = rules.map((rule) => ({ rule, patterns: rule.paths?.map(parsePathPattern) ?? null }));
  return [...reviewedChanges(comparison)].flatMap(({ entry, path, change }) => {
    const places = placesIn(change);
    return readyRules
      .filter(({ rule, patterns }) => places.some((place) => finds(rule, patterns, place)))
      .map(({ rule: { name, severity, message } }) => ({
        rule: name,
        severity,
        entry,
        path,
        kind: change.kind,
        message,
      }));
  });
}

/** The findings of `severity` and above. */
export function findingsAtLeast(
  findings: readonly ReviewFinding[],
  severity: ReviewSeverity,
): ReviewFinding[] {
  const least = reviewSeverities.indexOf(severity);
  return findings.filter((finding) => reviewSeverities.indexOf(finding.severity) >= least);
}

/** A change, and where a finding says that it is. */
interface ReviewedChange {
  readonly entry: string | null;
  readonly path: string | null;
  readonly change: FieldChange;
}

function* reviewedChanges(comparison: Comparison): Generator<ReviewedChange> {
  const { removed, added, renamed, modified, outside } = comparison;
  for (const entry of removed) yield { entry, path: null, change: { path: "", kind: "removed" } };
  for (const entry of added) yield { entry, path: null, change: { path: "", kind: "added" } };
  const inEntries = [...renamed.map(({ to, changes }) => ({ id: to, changes })), ...modified];
  for (const { id, changes } of inEntries) {
    for (const change of changes) yield { entry: id, path: change.path, change };
  }
  for (const change of outside) yield { entry: null, path: change.path, change };
}

/** What happened at one place, which may be inside the value of a change. */
interface Place {
  readonly tokens: readonly string[];
  readonly kind: FieldChangeKind;
  /** Undefined where nothing was, or where nobody looked. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** The place of `change` and those inside its values, which come and go with it; an empty value neither comes nor goes. */
function placesIn({ path, kind, before, after }: FieldChange): Place[] {
  const tokens = parsePointer(path);
  if (kind === "moved") return [{ tokens, kind, before: undefined, after: undefined }];
  const gone = placesInside(tokens, before).map(
    (place): Place => ({ ...place, kind: "removed", before: place.value, after: undefined }),
  );
  const come = placesInside(tokens, after).map(
    (place): Place => ({ ...place, kind: "added", before: undefined, after: place.value }),
  );
  return [{ tokens, kind, before, after }, ...gone, ...come].filter(
    (place) => place.kind === "changed" || !isEmpty(place.kind === "removed" ? place.before : place.after),
  );
}

interface PlacedValue {
  readonly tokens: readonly string[];
  readonly value: JsonValue;
}

/** All values inside `root`, which stands at `tokens`, however deep. */
function placesInside(tokens: readonly string[], root: JsonValue | undefined): PlacedValue[] {
  const places: PlacedValue[] = root === undefined ? [] : [{ tokens, value: root }];
  for (const outer of places) {
    for (const [key, value] of membersOf(outer.value)) places.push({ tokens: [...outer.tokens, key], value });
  }
  return places.slice(1);
}

function membersOf(value: JsonValue): [key: string, value: JsonValue][] {
  return typeof value !== "object" || value === null || value instanceof JsonNumber
    ? []
    : Object.entries(value);
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && !(value instanceof JsonNumber) && membersOf(value).length === 0;
}

function finds(rule: ReviewRule, patterns: readonly PathPattern[] | null, place: Place): boolean {
  if (!rule.kinds.includes(place.kind)) return false;
  if (patterns !== null && !patterns.some((pattern) => matchesPath(pattern, place.tokens))) return false;
  return !rule.urls || tradesUrl(place);
}

/** A web address as it stands in texts; what may follow it in a sentence is no part of it. */
const URL_IN_TEXT = /https?:\/\/[^\s"'<>()[\]{}]*[^\s"'<>()[\]{}.,;:!?]/giu;

/** Whether a URL goes from a text or, where the text was added, comes with it. */
function tradesUrl({ kind, before, after }: Place): boolean {
  const lost = kind === "added" ? after : before;
  const kept = new Set(kind === "added" ? [] : urlsIn(after));
  return urlsIn(lost).some((url) => !kept.has(url));
}

function urlsIn(value: JsonValue | undefined): readonly string[] {
  return typeof value === "string" ? (value.match(URL_IN_TEXT) ?? []) : [];
}

/** The findings of each entry, by its id; null for those outside all entries. */
export function findingsByEntry(
  findings: readonly ReviewFinding[],
): ReadonlyMap<string | null, readonly ReviewFinding[]> {
  const found = new Map<string | null, ReviewFinding[]>();
  for (const finding of findings) {
    const list = found.get(finding.entry);
    if (list === undefined) found.set(finding.entry, [finding]);
    else list.push(finding);
  }
  return found;
}
