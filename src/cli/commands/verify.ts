/** `kbvault verify`: whether the store still holds what was written to it. */
import { exitStatus } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { verificationLines } from "../print/problem.ts";

export interface VerifyFlags {
  readonly readData?: boolean;
}

export async function verify(context: Context, { readData = false }: VerifyFlags): Promise<Outcome> {
  const versioner = await context.open("read");
  const result = await versioner.verify({ readData });
  return {
    kind: "value",
    value: result,
    text: (page) => verificationLines(result, page),
    exit: result.ok ? exitStatus.done : exitStatus.damaged,
  };
}
