/** `kbvault drill`: versions restored for practice, to a folder that is thrown away. */
import { exitStatus } from "../../errors.ts";
import type { Context, ValueOutcome } from "../context.ts";
import { drillLines } from "../print/drill.ts";

export interface DrillFlags {
  readonly count?: number;
}

export async function drill(context: Context, { count }: DrillFlags): Promise<ValueOutcome> {
  const versioner = await context.open("read");
  const result = await versioner.drillVersions(count === undefined ? {} : { count });
  return {
    kind: "value",
    value: result,
    text: (page) => drillLines(result, page),
    ...(result.ok ? {} : { next: "kbvault verify --read-data" }),
    exit: result.ok ? exitStatus.done : exitStatus.damaged,
  };
}
