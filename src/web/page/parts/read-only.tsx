/**
 * What stands where saving or restoring would be, had this tab the right to.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";
import { useSession } from "../session.ts";
import { Notice } from "./notice.tsx";

/** Why nothing can be written here, and what to do; nothing where it can. */
export function ReadOnlyText(): JSX.Element | null {
  const { whyReadOnly } = useSession();
  if (whyReadOnly === null) return null;
  return (
    <Notice kind="info">
      {texts.general.readOnly[whyReadOnly]}
      {whyReadOnly === "server" && <code class="command">kbvault serve --allow-restore</code>}
    </Notice>
  );
}
