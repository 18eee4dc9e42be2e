/**
 * How live stands, and all versions.
 *
 * @module
 */
import type { StatusAnswer, VersionsAnswer } from "../../api.ts";
import { Remembered } from "../remembered.ts";
import type { Route } from "../route.ts";
import type { PageSource } from "../source.ts";
import type { State } from "../state.ts";
import { rowIfAny, type Versions } from "../versions.ts";

export function versionRoutes({ reader }: PageSource, state: State, versions: Versions): readonly Route[] {
  const known = new Remembered<StatusAnswer>({ most: 1 });
  const status = async (): Promise<StatusAnswer> => {
    const { live, latest, current, changed, changes, knownGood, undoTo } = await reader.status();
    return {
      live,
      latest: rowIfAny(latest),
      current: rowIfAny(current),
      changed,
      changes,
      knownGood: rowIfAny(knownGood),
      canUndo: undoTo !== null,
    };
  };
  return [
    {
      method: "GET",
      path: "/api/status",
      access: "reader",
      answer: async () => known.get(`${await state.store.now()} ${await state.liveToRemember()}`, status),
    },
    {
      method: "GET",
      path: "/api/versions",
      access: "reader",
      answer: async (): Promise<VersionsAnswer> => ({ versions: [...(await versions.all()).values()] }),
    },
  ];
}
