/**
 * Handles: the two sides of a comparison, and what else they can be at one click.
 *
 * @module
 */
import type { JSX } from "preact";
import type { VersionRow } from "../../../api.ts";
import { type CompareAddress, hrefOfComparison } from "../../comparison-address.ts";
import { texts } from "../../language.ts";
import { stateName } from "../../parts/version-name.tsx";
import { goTo } from "../../route.ts";
import { choiceName } from "./choices.ts";
import { VersionPicker } from "./version-picker.tsx";

/** The label that `kbvault health` and restores go by. */
const knownGoodLabel = "known-good";

type Side = "from" | "to";

/** Properties of Handles. */
export interface HandlesProps {
  readonly address: CompareAddress;
  readonly versions: readonly VersionRow[];
  /** The version that live came from. */
  readonly current: VersionRow | null;
}

/** Both handles, and the button that exchanges them. */
export function Handles({ address, versions, current }: HandlesProps): JSX.Element {
  const { from, to } = address;
  return (
    <div class="handles">
      <Handle side="from" address={address} versions={versions} current={current} />
      <a
        class="button swap"
        href={hrefOfComparison({ ...address, from: to, to: from })}
        title={texts.compare.swap}
      >
        <span aria-hidden="true">⇄</span>
        <span class="unseen">{texts.compare.swap}</span>
      </a>
      <Handle side="to" address={address} versions={versions} current={current} />
    </div>
  );
}

function Handle({ side, address, versions, current }: HandlesProps & { readonly side: Side }): JSX.Element {
  const ref = address[side] ?? "";
  const chosen = versions.find((version) => isNamed(version, ref)) ?? null;
  const quick: readonly (readonly [name: keyof typeof texts.compare.quick, ref: string | null])[] = [
    ["live", "live"],
    ["current", current?.versionId ?? null],
    ["previous", ref === "live" ? (current?.versionId ?? null) : (chosen?.parent ?? null)],
    ["knownGood", versions.find(({ labels }) => labels.includes(knownGoodLabel))?.versionId ?? null],
  ];
  return (
    <div class="handle">
      <VersionPicker
        label={side === "from" ? texts.compare.before : texts.compare.after}
        versions={versions}
        shown={ref === "live" || chosen !== null ? choiceName(chosen) : stateName(ref)}
        chosenRef={chosen?.versionId ?? ref}
        onChoose={(next) => goTo(hrefOfComparison({ ...address, [side]: next }))}
      />
      <ul class="quick">
        {quick.map(([name, target]) => (
          <li key={name}>
            <Quick
              name={name}
              isChosen={target !== null && target === (chosen?.versionId ?? ref)}
              href={target === null ? null : hrefOfComparison({ ...address, [side]: target })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Quick({
  name,
  href,
  isChosen,
}: {
  readonly name: keyof typeof texts.compare.quick;
  /** Null where there is no such version. */
  readonly href: string | null;
  readonly isChosen: boolean;
}): JSX.Element {
  const text = texts.compare.quick[name];
  if (href === null)
    return (
      <span class="chip chip-none" title={texts.compare.quickTitles[name]}>
        {text}
      </span>
    );
  return (
    <a
      class="chip"
      href={href}
      title={texts.compare.quickTitles[name]}
      aria-current={isChosen ? "true" : undefined}
    >
      {text}
    </a>
  );
}

function isNamed({ versionId, sequence, labels }: VersionRow, ref: string): boolean {
  return versionId === ref || `v${sequence}` === ref || labels.includes(ref);
}
