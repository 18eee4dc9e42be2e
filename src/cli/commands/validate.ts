/** `kbvault validate`: everything that is wrong with a knowledge base, with line and column. */
import { exitStatus } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { validationLines } from "../print/problem.ts";

export async function validate(context: Context, file: string | undefined): Promise<Outcome> {
  const versioner = await context.open("read", file);
  const result = await versioner.validate();
  return {
    kind: "value",
    value: result,
    text: (page) => validationLines(result, page),
    exit: result.valid ? exitStatus.done : exitStatus.failed,
  };
}
