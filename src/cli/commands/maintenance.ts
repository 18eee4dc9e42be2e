/** `kbvault maintenance`: the flag that says that somebody is working on the system. */
import { exitStatus } from "../../errors.ts";
import { endMaintenance, type MaintenanceStatus, readMaintenance, startMaintenance } from "../../index.ts";
import { systemAuthor } from "../author.ts";
import type { Context, Outcome } from "../context.ts";
import { maintenanceLines } from "../print/maintenance.ts";
import { stateFolder } from "../state-folder.ts";

export interface MaintenanceFlags {
  readonly reason?: string;
  /** In ms. */
  readonly ttl?: number;
}

export async function maintenanceOn(context: Context, { reason, ttl }: MaintenanceFlags): Promise<Outcome> {
  const by = context.flags.author ?? (context.env["KBVAULT_AUTHOR"] || (await systemAuthor()));
  const status = await startMaintenance(await stateFolder(), {
    by,
    ...(reason === undefined ? {} : { reason }),
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
  });
  return outcomeOf(status, exitStatus.done, "kbvault maintenance off");
}

export async function maintenanceOff(): Promise<Outcome> {
  const folder = await stateFolder();
  await endMaintenance(folder);
  return outcomeOf(await readMaintenance(folder), exitStatus.done);
}

/** Its exit status says whether maintenance mode is on. */
export async function maintenanceStatus(): Promise<Outcome> {
  const status = await readMaintenance(await stateFolder());
  return outcomeOf(status, status.on ? exitStatus.conflict : exitStatus.done);
}

function outcomeOf(status: MaintenanceStatus, exit: number, next?: string): Outcome {
  return {
    kind: "value",
    value: status,
    text: (page) => maintenanceLines(status, page),
    exit,
    ...(next === undefined ? {} : { next }),
  };
}
