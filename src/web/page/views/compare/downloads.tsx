/**
 * Downloads: the comparison as a file.
 *
 * @module
 */
import type { JSX } from "preact";
import { questionOf } from "../../client.ts";
import { texts } from "../../language.ts";

const formats = [
  ["html", "HTML"],
  ["markdown", "Markdown"],
  ["json-patch", "JSON Patch"],
] as const;

/** A link for each format. */
export function Downloads({ from, to }: { readonly from: string; readonly to: string }): JSX.Element {
  return (
    <span class="downloads">
      <span class="quiet">{texts.compare.downloads}</span>
      {formats.map(([format, name]) => (
        <a key={format} href={questionOf("/api/compare/download", { from, to, format })} download>
          {name}
        </a>
      ))}
    </span>
  );
}
