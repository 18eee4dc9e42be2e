/** `kbvault snapshot`: keeps the bytes of now as a version. */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import type { KnowledgeBaseVersioner } from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { escapeLines } from "../print/escape.ts";
import { type Pending, pendingLines } from "../print/pending.ts";
import { shortRef, versionRows } from "../print/version.ts";

export interface SnapshotFlags extends AllFlag {
  readonly message?: string;
  readonly tag?: readonly string[];
  readonly strict?: boolean;
  /** Path of a key; false: with none. */
  readonly sign?: string | false;
}

/** Description of bytes that are those of a version already, but one that has lost some of them. */
const KEPT_ONCE_MORE = "Kept once more, because the version that holds these bytes is incomplete";

export async function snapshot(context: Context, flags: SnapshotFlags): Promise<Outcome> {
  if (flags.all === true) {
    const all = await context.openAll("write");
    const versioners = all.map(({ versioner }) => versioner);
    const description = flags.message ?? (await askForDescription(context, versioners, pendingOrProblem));
    return overAll(all, (versioner) => keep(versioner, description, flags));
  }
  const versioner = await context.open("write");
  const description = flags.message ?? (await askForDescription(context, [versioner], pendingIn));
  try {
    return await keep(versioner, description, flags);
  } catch (error) {
    if (flags.message === undefined) context.talk(["The description was:", escapeLines(description)]);
    throw error;
  }
}

async function keep(
  versioner: KnowledgeBaseVersioner,
  description: string,
  { tag = [], strict = false, sign }: SnapshotFlags,
): Promise<ValueOutcome> {
  const result = await versioner.createVersion({
    description,
    tags: tag,
    strict,
    ...(sign === undefined ? {} : { sign: sign === false ? null : sign }),
  });
  const { created, version } = result;
  return {
    kind: "value",
    value: result,
    text: (page) => [
      created ? "Saved" : "Unchanged: the live file holds the bytes of this version, nothing was written",
      ...versionRows([version], page),
    ],
    next: created && version.parent !== null ? diffCommand(version.parent, version.versionId) : "kbvault log",
  };
}

function diffCommand(from: string, to: string): string {
  return `kbvault diff ${shortRef(from)} ${shortRef(to)}`;
}

/** Lets the user write the description over a summary of what is pending; where nothing is, there is none to write. */
async function askForDescription(
  context: Context,
  versioners: readonly KnowledgeBaseVersioner[],
  look: (versioner: KnowledgeBaseVersioner) => Promise<Pending>,
): Promise<string> {
  const pending: Pending[] = [];
  for (const versioner of versioners) pending.push(await look(versioner));
  if (pending.every(({ status }) => status?.changed === false)) return KEPT_ONCE_MORE;
  const notes = pending.flatMap((each) => ["", ...pendingLines(each, context.page)]);
  return context.edit("", ["What changed, and why? An empty text keeps nothing.", ...notes]);
}

async function pendingIn(versioner: KnowledgeBaseVersioner): Promise<Pending> {
  const status = await versioner.status();
  const { live, current, changed } = status;
  if (live.error !== null) throw new KbvaultError(live.error.code, live.error.message, live.error.data);
  const compared = changed === true && current?.valid === true;
  return {
    path: live.path,
    status,
    comparison: compared ? await versioner.compareVersions(current.versionId, "live") : null,
    problem: null,
  };
}

async function pendingOrProblem(versioner: KnowledgeBaseVersioner): Promise<Pending> {
  try {
    return await pendingIn(versioner);
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    return { path: versioner.kbPath, status: null, comparison: null, problem: error.message };
  }
}
