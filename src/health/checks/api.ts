import { redactUrl } from "../../database/url.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { durationOr } from "../options.ts";
import { request } from "../request.ts";

const defaultStatus = 200;
const defaultSlowAfter = 2000;

/** Whether a configured API answers with the expected status, and soon enough. */
export const api: Check = {
  name: "api",
  measures: { what: "responseTime", unit: "ms" },
  async run(look) {
    const { api: settings } = look.settings;
    if (settings === undefined) return leftOut("No API is configured.");
    const { status: expected = defaultStatus } = settings;
    const slowAfter = durationOr(settings.slowAfter, defaultSlowAfter);
    const started = performance.now();
    const answer = await request(settings.url, { timeoutMs: Math.ceil(look.timeoutMs * 0.9) });
    const ms = Math.round(performance.now() - started);
    // Parameters of a URL may be secrets as well.
    const details = { url: redactUrl(settings.url).replace(/\?.*/, "?..."), expected };
    if ("reason" in answer) return unhealthy(`The API does not answer: ${answer.reason}.`, details, ms);
    const { status } = answer;
    if (status !== expected) {
      const message = `The API answers with status ${status} instead of ${expected}.`;
      return unhealthy(message, { ...details, status }, ms);
    }
    if (ms > slowAfter)
      return degraded(`The API answers in ${ms} ms, more than ${slowAfter}.`, { ...details, status }, ms);
    return healthy(`The API answers in ${ms} ms.`, { ...details, status }, ms);
  },
};
