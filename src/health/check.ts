/**
 * Check: one question about the state of the system, and its answer.
 *
 * @module
 */
import type { CheckName } from "../config/health.ts";
import type { Look } from "./look.ts";

/** `degraded`: it works, and somebody should look at it. `unhealthy`: it does not do what it is there for. */
export type HealthStatus = "healthy" | "degraded" | "unhealthy";

/** What a finding says besides its status and message, as plain JSON. */
export type Details = Readonly<Record<string, unknown>>;

/** What a check found. */
export interface Finding {
  readonly status: HealthStatus;
  /** One sentence, or a few. */
  readonly message: string;
  readonly details: Details;
  /** What the check measures, in the unit that it names; missing where it could not be measured. */
  readonly observedValue?: number;
}

/** Why a check has nothing to look at. */
export interface LeftOut {
  readonly status: "left-out";
  readonly message: string;
}

/** Check is one question. It reads, and neither writes nor takes a lock; an error that it throws is unhealthy. */
export interface Check {
  readonly name: CheckName;
  /** What `observedValue` is, in camel case, and its unit; the unit of counts is null. */
  readonly measures: { readonly what: string; readonly unit: "ms" | "s" | "B" | null } | null;
  run(look: Look): Promise<Finding | LeftOut>;
}

/** A finding that nothing is wrong. */
export function healthy(message: string, details: Details = {}, observedValue?: number): Finding {
  return finding("healthy", message, details, observedValue);
}

/** A finding that somebody should look at. */
export function degraded(message: string, details: Details = {}, observedValue?: number): Finding {
  return finding("degraded", message, details, observedValue);
}

/** A finding that something does not work. */
export function unhealthy(message: string, details: Details = {}, observedValue?: number): Finding {
  return finding("unhealthy", message, details, observedValue);
}

/** There is nothing to look at. */
export function leftOut(message: string): LeftOut {
  return { status: "left-out", message };
}

/** The worst of some statuses; of none, healthy. */
export function worstOf(statuses: readonly HealthStatus[]): HealthStatus {
  if (statuses.includes("unhealthy")) return "unhealthy";
  return statuses.includes("degraded") ? "degraded" : "healthy";
}

function finding(
  status: HealthStatus,
  message: string,
  details: Details,
  observedValue: number | undefined,
): Finding {
  return { status, message, details, ...(observedValue === undefined ? {} : { observedValue }) };
}
