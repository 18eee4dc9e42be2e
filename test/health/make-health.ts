import { join } from "node:path";
import {
  type CheckName,
  HealthCheck,
  type HealthCheckOptions,
  type HealthCheckResult,
  type HealthReport,
  type RunChecksOptions,
} from "../../src/index.ts";
import { makeVersioner, type Sandbox } from "../knowledge-base/make-versioner.ts";

/** A knowledge base with a store, and its health. */
export interface HealthSandbox extends Sandbox {
  readonly folder: string;
  /** The report, with these options on top of the knowledge base. */
  report(options?: HealthCheckOptions, run?: RunChecksOptions): Promise<HealthReport>;
  /** What one check says: its result, or why it was left out. */
  ask(name: CheckName, options?: HealthCheckOptions, run?: RunChecksOptions): Promise<Asked>;
}

/** A result, or why there is none. */
export type Asked = Partial<HealthCheckResult> & { readonly leftOut?: string };

/** A moment on the day on which sandboxes make their versions. */
export function at(time: string): () => Date {
  return () => new Date(`2025-01-27T${time}Z`);
}

/** A knowledge base of `content`, saved once and labelled known-good, that is looked at an hour later. */
export async function makeHealth(
  folder: string,
  content = '{"a": {"title": "One"}}',
): Promise<HealthSandbox> {
  const sandbox = await makeVersioner(folder);
  await sandbox.save(content);
  await sandbox.versioner.setLabel("known-good", "v1");
  const knowledgeBase = { path: sandbox.file, options: { versionsFolder: sandbox.store } };
  const base: HealthCheckOptions = {
    knowledgeBase,
    stateFolder: join(folder, ".kbvault"),
    clock: at("13:00:00"),
    env: {},
  };
  const report = (options: HealthCheckOptions = {}, run: RunChecksOptions = {}): Promise<HealthReport> =>
    new HealthCheck({ ...base, ...options }).runAllChecks(run);
  return {
    ...sandbox,
    folder,
    report,
    ask: async (name, options, run = {}) => {
      const { checks, leftOut } = await report(options, { ...run, only: [name, "clock"] });
      const reason = leftOut[name];
      return checks[name] ?? (reason === undefined ? {} : { leftOut: reason });
    },
  };
}
