/**
 * QuestionCard: a question, its answer in large letters, what there is to say of it, where to go on.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { texts } from "../../language.ts";

/** Whether an answer is good news; `unknown` while it is awaited, and where it is neither. */
export type Mood = "good" | "bad" | "warning" | "unknown";

const signs: Readonly<Record<Mood, string>> = { good: "✓", bad: "×", warning: "!", unknown: "" };

/** A card. Its height is that of the answer to come while `answer` is null. */
export function QuestionCard({
  question,
  answer,
  mood = "unknown",
  links,
  children,
}: {
  readonly question: string;
  readonly answer: ComponentChildren;
  readonly mood?: Mood;
  readonly links?: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const id = useId();
  const isWaiting = answer === null;
  return (
    <section class={`card question question-${mood}`} aria-labelledby={id} aria-busy={isWaiting}>
      <h2 id={id}>{question}</h2>
      {isWaiting ? (
        <div class="question-waiting">
          <span class="unseen">{texts.general.loading}</span>
          <span class="skeleton" />
          <span class="skeleton" />
        </div>
      ) : (
        <>
          <p class="question-answer">
            {mood !== "unknown" && (
              <span class="question-sign" aria-hidden="true">
                {signs[mood]}
              </span>
            )}
            {answer}
          </p>
          <div class="question-text">{children}</div>
        </>
      )}
      <p class="row question-links">{links}</p>
    </section>
  );
}
