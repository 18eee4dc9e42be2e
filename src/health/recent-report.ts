/**
 * The report of a moment ago, so that many who ask at once cost as much as one.
 *
 * @module
 */
import type { HealthReport } from "./report.ts";

/** RecentReport keeps a report for a while; whoever asks while one is being made waits for that one. */
export class RecentReport {
  readonly #make: () => Promise<HealthReport>;
  readonly #keepMs: number;
  #made: { readonly report: HealthReport; readonly at: number } | null = null;
  #making: Promise<HealthReport> | null = null;

  /** @param keepMs how long a report may be given to others, in ms. */
  constructor(make: () => Promise<HealthReport>, keepMs: number) {
    this.#make = make;
    this.#keepMs = keepMs;
  }

  /** The report, at most `keepMs` old. Rejects as making one does; the next who asks tries again. */
  async get(): Promise<HealthReport> {
    if (this.#made !== null && performance.now() - this.#made.at < this.#keepMs) return this.#made.report;
    this.#making ??= this.#makeNew();
    return this.#making;
  }

  async #makeNew(): Promise<HealthReport> {
    try {
      const report = await this.#make();
      this.#made = { report, at: performance.now() };
      return report;
    } finally {
      this.#making = null;
    }
  }
}
