/**
 * Entries: found by their id, one of them as it stands, where it comes from.
 *
 * @module
 */
import { reportedChange, stringifyJson } from "../../../index.ts";
import type { EntriesAnswer, EntryAnswer, EntryBlameAnswer, EntryHistoryAnswer } from "../../api.ts";
import { count, required } from "../query.ts";
import { Remembered } from "../remembered.ts";
import type { Route } from "../route.ts";
import type { PageSource } from "../source.ts";
import { rowIfAny, type Versions } from "../versions.ts";

/** Ids that are found, where the question does not say how many; and at most. */
const foundIds = { usual: 50, most: 1000 };

/** Ids that are remembered, of all states together. */
const mostIds = 1_000_000;

/** An id, and what it is searched by. */
type Searchable = readonly [id: string, folded: string];

export function entryRoutes({ reader }: PageSource, versions: Versions): readonly Route[] {
  const known = new Remembered<readonly Searchable[]>({
    most: mostIds,
    weightOf: (ids) => ids.length + 1,
  });
  const idsIn = async (wanted: string): Promise<readonly Searchable[]> => {
    const { ref, key } = await versions.stateOf(wanted);
    return known.get(key, async () =>
      (await reader.listEntries(ref)).map((id): Searchable => [id, folded(id)]),
    );
  };
  return [
    {
      method: "GET",
      path: "/api/entries",
      access: "reader",
      answer: async (context): Promise<EntriesAnswer> => {
        const limit = count(context, "limit", foundIds.usual, foundIds.most);
        const wanted = folded(context.req.query("q") ?? "");
        const ids = await idsIn(context.req.query("ref") ?? "live");
        const found = ids.filter(([, text]) => text.includes(wanted));
        return { ids: found.slice(0, limit).map(([id]) => id), total: found.length };
      },
    },
    {
      method: "GET",
      path: "/api/entry",
      access: "reader",
      answer: async (context): Promise<EntryAnswer> => {
        const { ref } = await versions.stateOf(context.req.query("ref") ?? "live");
        const { id, text } = await reader.readEntry(ref, required(context, "id"));
        return { ref, id, text };
      },
    },
    {
      method: "GET",
      path: "/api/entry/history",
      access: "reader",
      answer: async (context): Promise<EntryHistoryAnswer> => {
        const { id, events } = await reader.entryHistory(required(context, "id"));
        return {
          id,
          events: events.map(({ version, changes, similarity: _, ...event }) => ({
            ...event,
            version: rowIfAny(version),
            changes: changes
              .filter(({ kind }) => kind !== "renumbered")
              .map((change) => reportedChange(change, [])),
          })),
        };
      },
    },
    {
      method: "GET",
      path: "/api/entry/blame",
      access: "reader",
      answer: async (context): Promise<EntryBlameAnswer> => {
        const ref = context.req.query("ref") ?? "live";
        const blame = await reader.blame(required(context, "id"), { ref });
        return {
          id: blame.id,
          ref: blame.ref,
          fields: blame.fields.map((field) => ({ ...field, value: stringifyJson(field.value) })),
        };
      },
    },
  ];
}

/** Ids are found whatever their case, and however their accents are written. */
function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
