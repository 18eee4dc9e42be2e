/** `kbvault verify`: whether the store still holds what was written to it. */
import { exitStatus } from "../../errors.ts";
import type { KnowledgeBaseVersioner } from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { verificationLines } from "../print/problem.ts";

export interface VerifyFlags extends AllFlag {
  readonly readData?: boolean;
}

export async function verify(
  context: Context,
  { readData = false, all = false }: VerifyFlags,
): Promise<Outcome> {
  const verifyOne = (versioner: KnowledgeBaseVersioner): Promise<ValueOutcome> =>
    verificationOf(versioner, readData);
  return all ? overAll(await context.openAll("read"), verifyOne) : verifyOne(await context.open("read"));
}

async function verificationOf(versioner: KnowledgeBaseVersioner, readData: boolean): Promise<ValueOutcome> {
  const result = await versioner.verify({ readData });
  return {
    kind: "value",
    value: result,
    text: (page) => verificationLines(result, page),
    exit: result.ok ? exitStatus.done : exitStatus.damaged,
  };
}
