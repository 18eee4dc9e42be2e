/**
 * Detail: what differs in one entry.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CompareAnswer, EntryDetailAnswer } from "../../../api.ts";
import { questionOf } from "../../client.ts";
import { texts } from "../../language.ts";
import { ChangeView } from "../../parts/change.tsx";
import { FailureNotice } from "../../parts/failure.tsx";
import { Finding } from "../../parts/finding.tsx";
import { RawEntry } from "../../parts/raw-entry.tsx";
import { RestoreFieldButton } from "../../parts/restore-buttons.tsx";
import type { Arrangement } from "../../parts/side-rows.ts";
import { stateName } from "../../parts/version-name.tsx";
import { useResource } from "../../resource.ts";
import { RawSides } from "./raw-sides.tsx";
import { sourceOf } from "./source.ts";

/** Properties of Detail. */
export interface DetailProps {
  readonly comparison: CompareAnswer;
  readonly id: string | null;
  readonly arrangement: Arrangement;
}

/** The changes of the entry `id`; of one that came or went, all of it. */
export function Detail({ comparison, id, arrangement }: DetailProps): JSX.Element {
  const { from, to } = comparison;
  const [isWhole, setIsWhole] = useState(false);
  const states = { from: from.ref, to: to.ref, id };
  const short = useResource<EntryDetailAnswer>(questionOf("/api/compare/entry", states));
  const whole = useResource<EntryDetailAnswer>(
    isWhole ? questionOf("/api/compare/entry", { ...states, whole: "1" }) : null,
  );
  const answer = whole.answer ?? short.answer;
  const failure = short.failure ?? whole.failure;
  if (failure !== null)
    return (
      <FailureNotice failure={failure} onRetry={short.failure === null ? whole.refresh : short.refresh} />
    );
  if (answer === null) return <div class="skeleton detail-skeleton" aria-hidden="true" />;
  // Those about a field stand beside it.
  const ofWhole = answer.findings.filter(({ path }) => path === null);
  return (
    <>
      {ofWhole.length > 0 && (
        <p class="findings">
          {ofWhole.map((finding) => (
            <Finding key={finding.rule} finding={finding} />
          ))}
        </p>
      )}
      <DetailBody
        comparison={comparison}
        answer={answer}
        arrangement={arrangement}
        onShowWhole={whole.answer === null ? () => setIsWhole(true) : undefined}
      />
    </>
  );
}

function DetailBody({
  comparison: { from, to },
  answer,
  arrangement,
  onShowWhole,
}: {
  readonly comparison: CompareAnswer;
  readonly answer: EntryDetailAnswer;
  readonly arrangement: Arrangement;
  readonly onShowWhole: (() => void) | undefined;
}): JSX.Element {
  const { kind, id, renamedFrom, changes } = answer;
  switch (kind) {
    case "unchanged":
      return <p class="quiet">{texts.compare.notHere}</p>;
    case "added":
    case "removed": {
      const state = kind === "added" ? to.ref : from.ref;
      return (
        <>
          <p class="quiet">{texts.compare.onlyIn(stateName(state))}</p>
          {id !== null && <RawEntry state={state} id={id} tone={kind} />}
        </>
      );
    }
    case "reformatted":
    case "renamed":
    case "modified":
    case "outside": {
      const source = sourceOf({ from, to }, answer);
      return (
        <>
          {kind === "reformatted" && <p class="quiet">{texts.compare.onlyForm}</p>}
          {kind === "renamed" && changes.length === 0 && <p class="quiet">{texts.compare.onlyRenamed}</p>}
          <div class={arrangement === "side" ? "changes changes-side" : "changes"}>
            {changes.map((change, index) => (
              <ChangeView
                key={index}
                change={change}
                arrangement={arrangement}
                onShowWhole={onShowWhole}
                actions={
                  source !== null && (
                    <RestoreFieldButton state={source.ref} id={source.id} path={change.path} />
                  )
                }
              />
            ))}
          </div>
          {id !== null && (
            <RawSides before={{ state: from.ref, id: renamedFrom ?? id }} after={{ state: to.ref, id }} />
          )}
        </>
      );
    }
  }
}
