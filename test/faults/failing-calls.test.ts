import { describe, expect, it } from "vitest";
import { errorKinds } from "../../src/errors.ts";
import { isKbvaultError } from "../../src/index.ts";
import { type Around, type Call, withCalls } from "./calls.ts";
import { isLong, sampled } from "./sampled.ts";
import { type Effect, expectSound, makeScene, type Scene, stateOf } from "./scene.ts";
import { type Trial, trials } from "./trials.ts";

/** A way in which calls fail. */
interface Failure {
  readonly errno: string;
  /** Whether a system fails a call in this way. */
  readonly hits: (call: Call) => boolean;
}

const changesNames = new Set(["mkdir", "link", "rename", "unlink"]);
const isCreation = ({ name, flags }: Call): boolean => name === "open" && flags === "wx";
const changesDisk = (call: Call): boolean => changesNames.has(call.name) || isCreation(call);
const namesPath = ({ name }: Call): boolean =>
  name === "open" || name === "readdir" || name === "realpath" || changesNames.has(name);

const failures: readonly Failure[] = [
  { errno: "ENOSPC", hits: (call) => changesDisk(call) || call.name === "write" || call.name === "sync" },
  { errno: "EIO", hits: () => true },
  { errno: "EACCES", hits: namesPath },
  { errno: "EROFS", hits: (call) => changesDisk(call) || call.name === "chmod" },
  { errno: "EMFILE", hits: ({ name }) => name === "open" || name === "readdir" },
  { errno: "a short write", hits: ({ name, bytes }) => name === "write" && (bytes?.length ?? 0) > 1 },
];

/** One failure at one call. */
interface Case extends Failure {
  /** Calls before the one that fails. */
  readonly at: number;
  /** Whether all later ones fail, too. */
  readonly fromThenOn: boolean;
}

/** How a command ended. */
type Ending = { readonly error: unknown } | { readonly error: null };

describe("where one system call fails, or all from one on,", () => {
  it.each(trials)(
    "$name is done or says what is wrong, and the store stays sound",
    async (trial) => {
      const scene = await makeScene();
      await trial.prepare(scene);
      scene.remember();
      const before = await stateOf(scene);
      const calls: Call[] = [];
      await withCalls(
        (call, make) => {
          calls.push(call);
          return make();
        },
        () => trial.perform(scene.versioner()),
      );
      const effect = { before, after: await stateOf(scene) };

      const cases = calls.flatMap((call, at) =>
        failures
          .filter(({ hits }) => hits(call))
          .flatMap((failure) => [false, true].map((fromThenOn): Case => ({ ...failure, at, fromThenOn }))),
      );
      expect(cases.length).toBeGreaterThan(calls.length);
      const errors = new Set<string>();
      for (const one of sampled(cases, 40, `failing calls of ${trial.name}`)) {
        const { errno, at, fromThenOn } = one;
        const call = calls[at];
        const place = `${errno} at call ${at}${fromThenOn ? " and from then on" : ""}: ${call?.name} ${call?.path}`;
        scene.reset();
        const { error } = await ending(scene, trial, one);
        try {
          if (error !== null) errors.add(await codeOfHonestError(scene, effect, error));
          await expectSound(scene, effect, error === null);
        } catch (cause) {
          throw new Error(
            `${place}: ${cause instanceof Error ? cause.message : cause}${error === null ? "" : `\nThe command: ${error}`}`,
            { cause },
          );
        }
      }
      expect(errors.size).toBeGreaterThan(0);
    },
    isLong ? 1_200_000 : 60_000,
  );
});

async function ending(scene: Scene, trial: Trial, one: Case): Promise<Ending> {
  return withCalls(failing(one), () => trial.perform(scene.versioner())).then(
    () => ({ error: null }),
    (error: unknown) => ({ error }),
  );
}

function failing({ errno, hits, at, fromThenOn }: Case): Around {
  let made = 0;
  return async (call, make) => {
    const number = made++;
    const fails = fromThenOn ? number >= at && hits(call) : number === at;
    if (!fails) return make();
    if (errno === "a short write") return make(1);
    // A file is closed also where that fails.
    if (call.name === "close") await make();
    throw Object.assign(new Error(`${errno}: told to fail`), { code: errno });
  };
}

/** The documented code of `error`, which claims that nothing was done only where that is so, or names what was. */
async function codeOfHonestError(scene: Scene, { before }: Effect, error: unknown): Promise<string> {
  if (!isKbvaultError(error)) throw error;
  expect(Object.keys(errorKinds)).toContain(error.code);
  if (!/Nothing was|left as it/.test(error.message)) return error.code;
  const safety = /also kept as (v\d+)_/.exec(error.message)?.[1];
  const changed = [...(await stateOf(scene))].filter(([name, value]) => before.get(name) !== value);
  expect(changed.map(([name]) => name).sort()).toEqual(safety === undefined ? [] : [safety, `${safety} is`]);
  return error.code;
}
