/**
 * Proving that a place lets exactly one of several writers have a name. What a service does not say, only trying tells: some
 * take the condition and do not look at it.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { randomId } from "../../files/random-id.ts";
import { type BlobStorage, reallyThere } from "./storage.ts";

/** A place whose kinds of writes can be tried one by one. */
interface WithKindsOfWrites extends BlobStorage {
  readonly writers: "many" | "single";
  readonly conditionalPuts: () => Readonly<Record<string, BlobStorage["putIfAbsent"]>>;
}

/** What one try of `checkConditionalWrites` showed. */
export interface ConditionalWriteTrial {
  /** Kind of write: `whole`, one request; `parts`, several, the last of which decides. */
  readonly kind: string;
  /** `second`: one writer after the other; `parallel`: all at once. */
  readonly test: "second" | "parallel";
  readonly writers: number;
  /** How many were told that the name is theirs; 1 is right. */
  readonly winners: number;
  /** Whether the blob has the bytes of the one that won. */
  readonly isWinnersBlob: boolean;
  /** What a writer was told that got an error; null for none. */
  readonly error: string | null;
  readonly holds: boolean;
}

/** Whether several writers may share a place. */
export interface ConditionalWriteCheck {
  /** Whether every trial held. */
  readonly holds: boolean;
  readonly evidence: readonly ConditionalWriteTrial[];
}

/** Options of `checkConditionalWrites`. */
export interface ConditionalWriteOptions {
  /** Writers at once; 16 by default. */
  readonly writers?: number;
  /** Rounds of parallel writers for each kind of write; 4 by default. */
  readonly rounds?: number;
}

/**
 * Tries on the real place whether conditional writes hold: that a second write of a name is refused, and that of several at
 * once exactly one succeeds and its bytes stay; for every kind of write that the place has. Its blobs are below `probe/` and
 * are removed again. With the defaults about 300 requests of a few bytes each.
 *
 * @throws KbvaultError of the place where it cannot be read or written at all
 */
export async function checkConditionalWrites(
  storage: BlobStorage,
  { writers = 16, rounds = 4 }: ConditionalWriteOptions = {},
): Promise<ConditionalWriteCheck> {
  const place = reallyThere(storage);
  const kinds = hasKindsOfWrites(place) ? place.conditionalPuts() : { whole: place.putIfAbsent.bind(place) };
  const probe = `probe/${await randomId(12)}`;
  const evidence: ConditionalWriteTrial[] = [];
  for (const [kind, put] of Object.entries(kinds)) {
    evidence.push(await tryOnce(place, `${probe}.${kind}`, { kind, test: "second", writers: 2, put }));
    for (let round = 1; round <= rounds; round++)
      evidence.push(
        await tryOnce(place, `${probe}.${kind}.${round}`, { kind, test: "parallel", writers, put }),
      );
  }
  return { holds: evidence.every(({ holds }) => holds), evidence };
}

/** Says that the place was tried and held, so that nobody has to try it again. */
const proofName = "probe/conditional-writes.json";

/**
 * Makes sure that many writers may share the place of `storage`, where only trying tells: once for each store, which then
 * holds the blob `probe/conditional-writes.json`.
 *
 * @throws KbvaultError STORE_NOT_WRITABLE (`data.url`, `data.reason`) where they may not, and a single writer was not asked for
 */
export async function requireConditionalWrites(storage: BlobStorage): Promise<void> {
  const place = reallyThere(storage);
  if (!hasKindsOfWrites(place) || place.writers === "single") return;
  if ((await storage.get(proofName)) !== null) return;
  const { evidence } = await checkConditionalWrites(place, { rounds: 2 });
  const broken = evidence.find(({ holds }) => !holds);
  if (broken === undefined) {
    const proof = { checkedAt: new Date().toISOString(), trials: evidence.length };
    await place.putIfAbsent(proofName, Buffer.from(`${JSON.stringify(proof)}\n`));
    return;
  }
  const reason =
    broken.error ?? `of ${broken.writers} writers of one name ${broken.winners} were told that it is theirs`;
  throw new KbvaultError(
    "STORE_NOT_WRITABLE",
    `Many writers cannot share ${place.url}: ${reason}. Nothing was stored. Use a service with conditional writes; or, if there is only ever one writer, say so with \`writers=single\` in the URL.`,
    { url: place.url, reason },
  );
}

interface Trial extends Pick<ConditionalWriteTrial, "kind" | "test" | "writers"> {
  readonly put: BlobStorage["putIfAbsent"];
}

async function tryOnce(
  storage: BlobStorage,
  name: string,
  { kind, test, writers, put }: Trial,
): Promise<ConditionalWriteTrial> {
  const bytesOf = (writer: number): Buffer => Buffer.from(`writer ${writer} of ${name}\n`);
  const numbers = Array.from({ length: writers }, (_, at) => at + 1);
  try {
    const results: PromiseSettledResult<boolean>[] = [];
    if (test === "parallel") {
      results.push(...(await Promise.allSettled(numbers.map((one) => put(name, bytesOf(one))))));
    } else {
      for (const one of numbers) results.push(...(await Promise.allSettled([put(name, bytesOf(one))])));
    }
    const failure = results.find((result) => result.status === "rejected");
    // That nobody could write says nothing about conditions, unless these were what was refused.
    const isFailure = failure !== undefined && results.every(({ status }) => status === "rejected");
    if (isFailure && !isWithoutConditions(failure.reason)) throw failure.reason;
    const winners = numbers.filter((_, at) => {
      const result = results[at];
      return result?.status === "fulfilled" && result.value;
    });
    const kept = await storage.get(name);
    const isWinnersBlob = winners.some((one) => kept?.equals(bytesOf(one)));
    return {
      kind,
      test,
      writers,
      winners: winners.length,
      isWinnersBlob,
      error: failure === undefined ? null : messageOf(failure.reason),
      holds: winners.length === 1 && isWinnersBlob,
    };
  } finally {
    await storage.remove(name);
  }
}

function hasKindsOfWrites(storage: BlobStorage): storage is WithKindsOfWrites {
  return "conditionalPuts" in storage && typeof storage.conditionalPuts === "function";
}

/** Whether a place said that it has no conditional writes (501). */
function isWithoutConditions(error: unknown): boolean {
  return isKbvaultError(error, "STORE_NOT_WRITABLE") && error.data["status"] === 501;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
