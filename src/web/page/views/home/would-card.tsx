/**
 * WouldCard: what would change if the known-good version were restored.
 *
 * @module
 */
import type { JSX } from "preact";
import type { CompareAnswer, StatusAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { failureText } from "../../parts/failure.tsx";
import type { Resource } from "../../resource.ts";
import { hrefOf } from "../../route.ts";
import { QuestionCard } from "./question-card.tsx";

/** The comparison of live with the known-good version, in numbers. */
export function WouldCard({
  status,
  would,
}: {
  readonly status: Resource<StatusAnswer>;
  readonly would: Resource<CompareAnswer>;
}): JSX.Element {
  const good = status.answer?.knownGood ?? null;
  const { answer, text } = outcomeOf(status.answer, would);
  return (
    <QuestionCard
      question={texts.home.wouldTitle}
      answer={answer}
      links={
        good !== null &&
        status.answer?.live.valid === true && (
          <a href={hrefOf("/compare", { from: "live", to: good.versionId })}>{texts.home.seeChanges}</a>
        )
      }
    >
      <p class="quiet">{text}</p>
    </QuestionCard>
  );
}

/** The answer in large letters (null: awaited), and the sentence below it. */
function outcomeOf(
  status: StatusAnswer | null,
  would: Resource<CompareAnswer>,
): { readonly answer: JSX.Element | string | null; readonly text: string } {
  if (status === null) return { answer: null, text: "" };
  if (status.knownGood === null) return { answer: "–", text: texts.home.wouldUnknown };
  if (!status.live.valid) return { answer: texts.home.wouldNotJson, text: texts.home.wouldNotJsonText };
  if (would.failure !== null) return { answer: "–", text: failureText(would.failure) };
  if (would.answer === null) return { answer: null, text: "" };
  const { added, removed, renamed, modified, outside, reformatted } = would.answer.summary;
  if (added + removed + renamed + modified + outside > 0) {
    return { answer: <ChangeCounts counts={would.answer.summary} />, text: texts.home.wouldText };
  }
  return reformatted > 0 || would.answer.reordered
    ? { answer: texts.home.wouldNothingShort, text: texts.home.wouldOnlyForm }
    : { answer: texts.home.wouldNothingShort, text: texts.home.wouldNothing };
}
