/**
 * Choosing acts.
 *
 * @module
 */
import { momentOf } from "../filter.ts";

/** Which acts to list; an act must meet everything that is given. Default: all of them. */
export interface ActFilter {
  /** Not before this: a date (its beginning, UTC), an ISO time, or an age such as `36h`, `7d`, `2w`. */
  readonly since?: string;
  /** Not after this: a date (its end, UTC), an ISO time, or an age. */
  readonly until?: string;
  /** By exactly this author. */
  readonly by?: string;
  /** What was done: `snapshot`, `safety`, or an operation of the journal such as `restore`, `label`, `prune`. */
  readonly op?: string;
}

/** What any act says of itself. */
export interface DatedAct {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly by: string;
  readonly op: string;
}

/**
 * Tells which acts `filter` asks for; also those that are told elsewhere, such as in the history table of a database.
 *
 * @throws KbvaultError USAGE (`data.option`, `data.value`) for a time that is none
 */
export function actFilter({ since, until, by, op }: ActFilter, now: Date): (act: DatedAct) => boolean {
  const from = since === undefined ? null : momentOf("since", since, now);
  const to = until === undefined ? null : momentOf("until", until, now);
  return (act) =>
    (from === null || act.at >= from) &&
    (to === null || act.at <= to) &&
    (by === undefined || act.by === by) &&
    (op === undefined || act.op === op);
}
