import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AlertSettings } from "../../src/config/health.ts";
import { firstAlertState, nextAlertState } from "../../src/health/alert-state.ts";
import {
  type AlertResult,
  type HealthAlert,
  HealthCheck,
  type HealthReporter,
  type HealthStatus,
  watchHealth,
} from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

/** What is told after each status, as `from -> to`, or "". */
function told(statuses: readonly HealthStatus[], after: number): readonly string[] {
  let state = firstAlertState;
  return statuses.map((status) => {
    const next = nextAlertState(state, status, after);
    state = next.state;
    return next.change === null ? "" : `${next.change.from} -> ${next.change.to}`;
  });
}

describe("a change", () => {
  const [h, d, u] = ["healthy", "degraded", "unhealthy"] as const;
  const cases: [statuses: HealthStatus[], after: number, told: string[]][] = [
    [[h, h, h], 2, ["", "", ""]],
    [[u, h, u, h], 2, ["", "", "", ""]],
    [[u, u, u, u], 2, ["", `${h} -> ${u}`, "", ""]],
    [[u, u, h, h], 2, ["", `${h} -> ${u}`, "", `${u} -> ${h}`]],
    [[d, u, d, d], 2, ["", `${h} -> ${u}`, "", `${u} -> ${d}`]],
    [[u, h], 1, [`${h} -> ${u}`, `${u} -> ${h}`]],
    [[d, d, d], 3, ["", "", `${h} -> ${d}`]],
  ];
  it.each(cases)("of %j after %i in a row is told as %j", (statuses, after, expected) => {
    expect(told(statuses, after)).toEqual(expected);
  });

  it("is never told twice, and always begins where the last one ended", () => {
    const statuses = fc.array(fc.constantFrom<HealthStatus>(h, d, u), { maxLength: 50 });
    fc.assert(
      fc.property(statuses, fc.integer({ min: 1, max: 4 }), (list, after) => {
        const changes = told(list, after).filter((change) => change !== "");
        let now: string = h;
        for (const change of changes) {
          const [from, to] = change.split(" -> ");
          expect(from).toBe(now);
          expect(to).not.toBe(from);
          now = to ?? "";
        }
      }),
    );
  });
});

/** Watches a knowledge base that `change` changes before each run but the first; ends after so many reports. */
async function watch(
  alert: AlertSettings,
  contents: readonly string[],
): Promise<readonly (readonly [HealthAlert, readonly AlertResult[]])[]> {
  const { file, store } = await makeHealth(folder());
  const check = new HealthCheck({
    knowledgeBase: { path: file, options: { versionsFolder: store } },
    stateFolder: folder(),
  });
  const stop = new AbortController();
  const alerts: (readonly [HealthAlert, readonly AlertResult[]])[] = [];
  const waiting = [...contents];
  const next = async (): Promise<void> => {
    const content = waiting.shift();
    if (content === undefined) stop.abort();
    else await writeFile(file, content);
  };
  await next();
  let changing = Promise.resolve();
  const changedBefore: HealthReporter = {
    runAllChecks: async () => {
      await changing;
      const report = await check.runAllChecks({ only: ["knowledge_base"] });
      changing = next();
      return report;
    },
  };
  await watchHealth(changedBefore, {
    intervalMs: 1,
    alert,
    signal: stop.signal,
    onAlert: (...args) => alerts.push(args),
  });
  return alerts;
}

const [sound, broken] = ['{"a": {"title": "One"}}', "{}"];

describe("watching", () => {
  it("tells a command of a change and of the recovery, with the report on its input", async () => {
    const log = join(folder(), "alerts.ndjson");
    const command = `cat >> ${log}; echo " $KBVAULT_PREVIOUS_STATUS $KBVAULT_STATUS" >> ${log}`;
    const alerts = await watch({ command }, [sound, broken, broken, broken, sound, sound, sound]);
    const statuses = alerts.map(([{ previous, status, recovered }]) => [previous, status, recovered]);
    expect(statuses).toEqual([
      ["healthy", "unhealthy", false],
      ["unhealthy", "healthy", true],
    ]);
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => line.slice(line.lastIndexOf("}") + 2))).toEqual([
      "healthy unhealthy",
      "unhealthy healthy",
    ]);
    expect(JSON.parse(lines[0]?.slice(0, lines[0].lastIndexOf("}") + 1) ?? "")).toMatchObject({
      status: "unhealthy",
      report: { checks: { knowledge_base: { status: "unhealthy" } } },
    });
  });

  it("tells a webhook, and tries once more where it fails", async () => {
    const statuses = [500, 200];
    const received: unknown[] = [];
    const server = createServer((request, response) => {
      void json(request).then((alert) => {
        received.push((alert as HealthAlert).status);
        response.writeHead(statuses.shift() ?? 500).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=s3cret-word`;
    const alerts = await watch({ webhook, after: 1 }, [broken]);
    expect(received).toEqual(["unhealthy", "unhealthy"]);
    expect(alerts.map(([, results]) => results)).toEqual([
      [{ by: "webhook", done: true, message: "status 200" }],
    ]);
  });

  it("goes on when nobody can be told, says so, and shows no secret of the URL", async () => {
    const alert = {
      command: "exit 3",
      webhook: "http://u:s3cret-word@127.0.0.1:59998/s3cret-word",
      after: 1,
    };
    const alerts = await watch(alert, [broken, sound]);
    expect(alerts).toHaveLength(2);
    expect(alerts[0]?.[1]).toEqual([
      { by: "command", done: false, message: "failed with status 3" },
      { by: "webhook", done: false, message: "ECONNREFUSED" },
    ]);
    expect(JSON.stringify(alerts)).not.toContain("s3cret");
  });
});
