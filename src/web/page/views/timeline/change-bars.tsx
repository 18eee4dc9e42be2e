/**
 * ChangeBars: how much a version changed, beside the others.
 *
 * @module
 */
import type { JSX } from "preact";
import type { VersionRow } from "../../../api.ts";

/** A bar of three colours. The numbers stand beside it, so screen readers pass it by. */
export function ChangeBars({
  changes,
  most,
}: {
  readonly changes: VersionRow["changes"];
  readonly most: number;
}): JSX.Element {
  const { added, removed, modified } = changes ?? { added: 0, removed: 0, modified: 0 };
  const total = added + removed + modified;
  // By the root, so that one large import does not make a hairline of everything else.
  const share = total === 0 ? 0 : Math.max(3, 100 * Math.sqrt(total / Math.max(most, 1)));
  return (
    <span class="bars" aria-hidden="true">
      <span class="bars-filled" style={{ width: `${share}%` }}>
        <span class="bar bar-added" style={{ flexGrow: added }} />
        <span class="bar bar-removed" style={{ flexGrow: removed }} />
        <span class="bar bar-modified" style={{ flexGrow: modified }} />
      </span>
    </span>
  );
}
