/** `kbvault migrate test` and `verify`: proofs on throw-away databases. */
import type { Engine } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { testLines, verificationLines } from "../../print/migration-proof.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export interface TestFlags extends DatabaseFlags {
  readonly engine?: Engine;
}

export function test(context: Context, flags: TestFlags): Promise<Outcome> {
  const { engine } = flags;
  return withMigrator(context, flags, async (migrator) => {
    const result = await migrator.test(engine === undefined ? {} : { engine });
    return { kind: "value", value: result, text: (page) => testLines(result, page), exit: result.ok ? 0 : 1 };
  });
}

export function verify(context: Context, flags: DatabaseFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const result = await migrator.verify();
    return {
      kind: "value",
      value: result,
      text: (page) => verificationLines(result, page),
      exit: result.ok ? 0 : 5,
    };
  });
}
