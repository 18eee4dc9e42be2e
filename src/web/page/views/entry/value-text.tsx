/**
 * ValueText: one value of an entry.
 *
 * @module
 */
import type { JSX } from "preact";
import { KbText } from "../../parts/kb-text.tsx";
import { safeLink } from "./safe-link.ts";

/** A text as a text, or as the link that it is; anything else as JSON. */
export function ValueText({ json }: { readonly json: string }): JSX.Element {
  const value: unknown = json.startsWith('"') ? JSON.parse(json) : null;
  if (typeof value !== "string" || value === "")
    return (
      <code class="value-json">
        <KbText text={json} />
      </code>
    );
  const link = safeLink(value);
  if (link === null)
    return (
      <span class="value-text" dir="auto">
        <KbText text={value} />
      </span>
    );
  return (
    <a class="value-text" href={link} target="_blank" rel="noopener noreferrer">
      <KbText text={value} />
    </a>
  );
}
