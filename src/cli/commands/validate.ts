/** `kbvault validate`: everything that is wrong with a knowledge base, with line and column. */
import { exitStatus, KbvaultError } from "../../errors.ts";
import type { KnowledgeBaseVersioner } from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { validationLines } from "../print/problem.ts";

export async function validate(
  context: Context,
  file: string | undefined,
  { all = false }: AllFlag,
): Promise<Outcome> {
  if (all && file !== undefined)
    throw new KbvaultError("USAGE", "validate takes a file or --all, not both. Nothing was changed.", {
      file,
    });
  if (all) return overAll(await context.openAll("read"), validationOf);
  return validationOf(await context.open("read", file));
}

async function validationOf(versioner: KnowledgeBaseVersioner): Promise<ValueOutcome> {
  const result = await versioner.validate();
  return {
    kind: "value",
    value: result,
    text: (page) => validationLines(result, page),
    exit: result.valid ? exitStatus.done : exitStatus.failed,
  };
}
