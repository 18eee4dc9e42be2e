/** `kbvault verify`: whether the store still holds what was written to it. */
import { exitStatus, KbvaultError } from "../../errors.ts";
import type { KnowledgeBaseVersioner, VerifyOptions } from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { verificationLines } from "../print/problem.ts";

export interface VerifyFlags extends AllFlag {
  readonly readData?: boolean;
  readonly signatures?: boolean;
  readonly allowedSigners?: string;
}

export async function verify(context: Context, { all = false, ...options }: VerifyFlags): Promise<Outcome> {
  if (options.allowedSigners !== undefined && options.signatures !== true)
    throw new KbvaultError("USAGE", "--allowed-signers is for --signatures: give both.", {
      option: "--allowed-signers",
    });
  const verifyOne = (versioner: KnowledgeBaseVersioner): Promise<ValueOutcome> =>
    verificationOf(versioner, options);
  return all ? overAll(await context.openAll("read"), verifyOne) : verifyOne(await context.open("read"));
}

async function verificationOf(
  versioner: KnowledgeBaseVersioner,
  options: VerifyOptions,
): Promise<ValueOutcome> {
  const result = await versioner.verify(options);
  return {
    kind: "value",
    value: result,
    text: (page) => verificationLines(result, page),
    exit: result.ok ? exitStatus.done : exitStatus.damaged,
  };
}
