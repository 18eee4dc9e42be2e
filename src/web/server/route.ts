/**
 * A route, as the files in `routes/` declare them.
 *
 * @module
 */
import type { Context } from "hono";

/**
 * Who gets an answer: `anyone` who may see the page; a `reader`, who needs the token where reading does; who carries the
 * `token`.
 */
export type Access = "anyone" | "reader" | "token";

/** One question that the server answers. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly access: Access;
  /**
   * Whether the answer may take as long as it takes: what writes is never left behind halfway, and a dry run takes as long as
   * the migrations do. Default false.
   */
  readonly isUnlimited?: boolean;
  /** A value is sent as JSON. `signal` is aborted when nobody waits any more. */
  readonly answer: (context: Context, signal: AbortSignal) => Promise<object>;
}
