/**
 * StatusMark: how a check went, as a shape; words stand beside it.
 *
 * @module
 */
import type { JSX } from "preact";
import type { HealthAnswer } from "../../api.ts";

const signs: Readonly<Record<HealthAnswer["status"], string>> = {
  healthy: "✓",
  degraded: "!",
  unhealthy: "×",
};

/** A circle, a triangle or a square with its sign: told apart without colours. */
export function StatusMark({ status }: { readonly status: HealthAnswer["status"] }): JSX.Element {
  return (
    <span class={`status-mark status-mark-${status}`} aria-hidden="true">
      <span>{signs[status]}</span>
    </span>
  );
}
