/**
 * Finding: what a review rule says about a change.
 *
 * @module
 */
import type { JSX } from "preact";
import type { EntryDetailAnswer } from "../../api.ts";
import { texts } from "../language.ts";

type Finding = EntryDetailAnswer["findings"][number];

const signs: Readonly<Record<Finding["severity"], string>> = { info: "i", warn: "!", error: "×" };

/** The severity as a sign, and as a word for who does not see it. */
export function SeverityMark({ severity }: { readonly severity: Finding["severity"] }): JSX.Element {
  const word = texts.changes.severities[severity];
  return (
    <span class={`severity severity-${severity}`} title={word}>
      <span aria-hidden="true">{signs[severity]}</span>
      <span class="unseen">{word}</span>
    </span>
  );
}

/** The finding in words. */
export function Finding({ finding }: { readonly finding: Finding }): JSX.Element {
  return (
    <span class={`finding finding-${finding.severity}`} title={finding.rule}>
      <SeverityMark severity={finding.severity} /> {finding.message}
    </span>
  );
}
