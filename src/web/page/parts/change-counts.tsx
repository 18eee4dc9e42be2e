/**
 * ChangeCounts: how many entries came, went and changed.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";

/** Numbers of entries; `renamed` where renames were looked for. */
export interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
  readonly renamed?: number;
}

const signs = { added: "+", removed: "−", renamed: "→", modified: "~" } as const;

/** `+3 −1 ~5`, spoken as words; a dash where there was nothing to compare. */
export function ChangeCounts({ counts }: { readonly counts: Counts | null }): JSX.Element {
  if (counts === null) {
    return (
      <span class="counts quiet" title={texts.general.notCompared}>
        <span aria-hidden="true">–</span>
        <span class="unseen">{texts.general.notCompared}</span>
      </span>
    );
  }
  const kinds = (["added", "removed", "renamed", "modified"] as const).filter(
    (kind) => kind !== "renamed" || (counts.renamed ?? 0) > 0,
  );
  return (
    <span class="counts">
      {kinds.map((kind, index) => (
        <span key={kind} class={(counts[kind] ?? 0) === 0 ? "count count-none" : `count count-${kind}`}>
          <span aria-hidden="true">
            {signs[kind]}
            {texts.number(counts[kind] ?? 0)}
          </span>
          <span class="unseen">
            {texts.general.counted[kind](counts[kind] ?? 0)}
            {index < kinds.length - 1 && ", "}
          </span>
        </span>
      ))}
    </span>
  );
}
