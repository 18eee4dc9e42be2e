/**
 * Notice: something to know, in a box that says by sign and word how serious it is.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { texts } from "../language.ts";

/** How serious a notice is. */
export type NoticeKind = "info" | "warning" | "error" | "success";

const signs: Readonly<Record<NoticeKind, string>> = { info: "i", warning: "!", error: "×", success: "✓" };

/** A notice. `announced`: screen readers say it when it appears. */
export function Notice({
  kind,
  announced = false,
  children,
}: {
  readonly kind: NoticeKind;
  readonly announced?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  const role = announced ? (kind === "error" ? "alert" : "status") : undefined;
  return (
    <div class={`notice notice-${kind}`} role={role}>
      <span class="notice-sign" aria-hidden="true">
        {signs[kind]}
      </span>
      <span class="unseen">{texts.general.noticeKinds[kind]}: </span>
      <div class="notice-body">{children}</div>
    </div>
  );
}
