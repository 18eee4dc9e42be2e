/** `kbvault migrate test`, `verify` and `lint`: proofs on throw-away databases, and reading before running. */
import type { Engine } from "../../../index.ts";
import type { Context, Outcome } from "../../context.ts";
import { lintLines, testLines, verificationLines } from "../../print/migration-proof.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export interface TestFlags extends DatabaseFlags {
  readonly engine?: Engine;
}

export interface LintFlags extends DatabaseFlags {
  readonly failOn: "error" | "warning" | "never";
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

export function lint(context: Context, flags: LintFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const result = await migrator.lint();
    const counted = { error: result.errors, warning: result.errors + result.warnings, never: 0 }[
      flags.failOn
    ];
    return {
      kind: "value",
      value: result,
      text: (page) => lintLines(result, page),
      exit: counted > 0 ? 1 : 0,
    };
  });
}
