/**
 * The edits of one container of ours, once it is decided what goes, comes and moves in it.
 *
 * @module
 */
import { editJson, type JsonEdit } from "../../json/edit.ts";
import { formatPointer } from "../../json/pointer.ts";
import { type Arrival, arrangedParts } from "./arrangement.ts";
import { bytesOf, isObject, type Part } from "./part.ts";
import type { StepNumbers } from "./step-numbers.ts";

/** What happens to a container of ours and to what is in it. */
export interface ContainerChange {
  readonly container: Part;
  /** What stands in it. */
  readonly parts: readonly Part[];
  readonly removed: readonly Part[];
  /** What goes from where it stands, and arrives somewhere else. */
  readonly moved: readonly Part[];
  readonly arrivals: readonly Arrival[];
  /** The edits inside the parts; their pointers start there. */
  readonly inner: ReadonlyMap<Part, readonly JsonEdit[]>;
  /** How the elements count themselves, if they do. */
  readonly counting: StepNumbers | null;
}

/** The edits that make `change`; their pointers start at the container. */
export function editsOf(change: ContainerChange): readonly JsonEdit[] {
  const { container, parts, moved, arrivals } = change;
  const leaving = new Set([...change.removed, ...moved]);
  const numbers = renumbering(change, leaving);
  const inside = (part: Part): readonly JsonEdit[] => [
    ...(change.inner.get(part) ?? []),
    ...(numbers.get(part) ?? []),
  ];

  const edits: JsonEdit[] = [];
  for (const part of new Set([...change.inner.keys(), ...numbers.keys()])) {
    if (part.side !== container.side || leaving.has(part)) continue;
    for (const edit of inside(part)) edits.push(below(part.token, edit));
  }
  for (const { token } of leaving) edits.push({ op: "remove", pointer: formatPointer([token]) });
  for (const { part, behind } of arrivals) {
    edits.push({
      op: "insert",
      parent: "",
      key: isObject(container) ? part.token : null,
      value: editJson(bytesOf(part), inside(part)),
      after: parts[behind]?.token ?? null,
    });
  }
  return edits;
}

/** The edit that counts each part anew that counts itself and gets another number. */
function renumbering(
  { parts, arrivals, counting }: ContainerChange,
  leaving: ReadonlySet<Part>,
): ReadonlyMap<Part, readonly JsonEdit[]> {
  const edits = new Map<Part, readonly JsonEdit[]>();
  if (counting === null || arrivals.length + leaving.size === 0) return edits;
  const pointer = formatPointer([counting.field]);
  for (const [place, part] of arrangedParts(parts, leaving, arrivals).entries()) {
    if (Number(part.token) === place) continue;
    edits.set(part, [{ op: "replace", pointer, value: Buffer.from(String(counting.first + place)) }]);
  }
  return edits;
}

/** An edit of a value, as an edit of the container in which it stands under `token`. */
function below(token: string, edit: JsonEdit): JsonEdit {
  const prefix = formatPointer([token]);
  return edit.op === "insert"
    ? { ...edit, parent: prefix + edit.parent }
    : { ...edit, pointer: prefix + edit.pointer };
}
