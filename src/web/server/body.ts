/**
 * The body of a request, checked before anything is done with it.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import type { RestoreOrder, RestoreRequest, SnapshotOrder } from "../api.ts";
import { Refusal } from "./failures.ts";

/** Largest body, in bytes. */
const mostBytes = 64 * 1024;

/** A JSON object whose keys are known. */
type Fields = Readonly<Record<string, unknown>>;

/** Refuses bodies that are too large, whether their size is announced or not. */
export async function bodyLimit(): Promise<MiddlewareHandler> {
  const { bodyLimit: limit } = await import("hono/body-limit");
  return limit({
    maxSize: mostBytes,
    onError: () => {
      throw new Refusal("BODY_TOO_LARGE", `The request is larger than ${mostBytes} bytes. Nothing was done.`);
    },
  });
}

/** Throws where the body is anything but `{}`. */
export async function readNothing(context: Context): Promise<void> {
  await fieldsOf(context, []);
}

/** What to restore. */
export async function readRestoreRequest(context: Context): Promise<RestoreRequest> {
  return restoreRequestOf(await fieldsOf(context, ["what", "ref", "entries", "fields"]));
}

/** What to restore, and what it may replace. */
export async function readRestoreOrder(context: Context): Promise<RestoreOrder> {
  const fields = await fieldsOf(context, ["what", "ref", "entries", "fields", "expected"]);
  const { expected } = fields;
  if (expected !== null && (typeof expected !== "string" || !/^[0-9a-f]{64}$/.test(expected)))
    throw wrong("`expected` has to be the SHA-256 of the plan, or null");
  return { ...restoreRequestOf(fields), expected };
}

/** What to say of a snapshot. */
export async function readSnapshotOrder(context: Context): Promise<SnapshotOrder> {
  const fields = await fieldsOf(context, ["description", "tags", "author"]);
  return {
    description: textOf(fields, "description"),
    tags: textsOf(fields, "tags"),
    ...(fields["author"] === undefined ? {} : { author: textOf(fields, "author") }),
  };
}

function restoreRequestOf(fields: Fields): RestoreRequest {
  switch (fields["what"]) {
    case "version":
      return { what: "version", ref: textOf(fields, "ref") };
    case "entries":
      return {
        what: "entries",
        ref: textOf(fields, "ref"),
        entries: textsOf(fields, "entries"),
        ...(fields["fields"] === undefined ? {} : { fields: textsOf(fields, "fields") }),
      };
    case "undo":
      return { what: "undo" };
    default:
      throw wrong("`what` has to be version, entries or undo");
  }
}

async function fieldsOf({ req }: Context, known: readonly string[]): Promise<Fields> {
  if (!/^application\/json\s*(;|$)/i.test(req.header("content-type") ?? ""))
    throw wrong("the content type has to be application/json");
  const value = parsed(await req.text());
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("the body has to be a JSON object");
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw wrong(`${JSON.stringify(unknown)} is unknown`);
  return value as Fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("the body is not JSON");
  }
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== "string") throw wrong(`\`${key}\` has to be a text`);
  return value;
}

function textsOf(fields: Fields, key: string): readonly string[] {
  const value = fields[key];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw wrong(`\`${key}\` has to be a list of texts`);
  return value;
}

function wrong(reason: string): Refusal {
  return new Refusal("BAD_REQUEST", `The request cannot be understood: ${reason}. Nothing was done.`);
}
