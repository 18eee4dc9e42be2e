/**
 * GoodCard: which version is known to be good, and how old it is.
 *
 * @module
 */
import type { JSX } from "preact";
import type { StatusAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { Age, Time } from "../../parts/time.tsx";
import { shortName } from "../../parts/version-name.tsx";
import type { Resource } from "../../resource.ts";
import { QuestionCard } from "./question-card.tsx";

/** The version with the label `known-good`, or how to make one. */
export function GoodCard({ status }: { readonly status: Resource<StatusAnswer> }): JSX.Element {
  const { answer } = status;
  const good = answer?.knownGood ?? null;
  return (
    <QuestionCard
      question={texts.home.goodTitle}
      answer={
        answer &&
        (good === null ? (
          texts.home.noGood
        ) : (
          <>
            {shortName(good.versionId)}, <Age iso={good.createdAt} />
          </>
        ))
      }
      mood={good === null ? "unknown" : "good"}
      links={<a href="/timeline">{texts.home.allVersions}</a>}
    >
      {good === null ? (
        <p>
          {texts.home.noGoodText}
          <code class="command">
            kbvault label known-good {answer?.latest ? shortName(answer.latest.versionId) : "latest"}
          </code>
        </p>
      ) : (
        <>
          <p class="quiet">
            <Time iso={good.createdAt} /> · {good.author}
          </p>
          <p class="clamp">{good.description}</p>
        </>
      )}
    </QuestionCard>
  );
}
