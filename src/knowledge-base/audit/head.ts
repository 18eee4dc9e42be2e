/**
 * The head of a chain as a text that can be kept elsewhere.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Link } from "../chain.ts";
import { journalPrefix } from "../journal.ts";
import { versionOfRecordName } from "../record.ts";

const form = /^([0-9A-Za-z_]+):([0-9a-f]{64})$/;

/** The heads as one text: name and checksum of each, such as `v3_20250127_120000:9f2c...`; null where there are none. */
export function headText(heads: readonly Link[]): string | null {
  if (heads.length === 0) return null;
  return heads.map(({ file, checksum }) => `${shortName(file)}:${checksum}`).join(",");
}

/** The heads that a text names. Throws USAGE (`data.option`, `data.value`) where it is no such text. */
export function parseHead(text: string): readonly Link[] {
  return text.split(",").map((part) => {
    const [, name = "", checksum = ""] = form.exec(part.trim()) ?? [];
    if (checksum !== "") return { file: fileOf(name), checksum };
    throw new KbvaultError(
      "USAGE",
      `expect cannot be ${JSON.stringify(text)}. Give a head as \`kbvault audit\` printed it: a name, a colon, 64 hexadecimal digits.`,
      { option: "expect", value: text },
    );
  });
}

function shortName(file: string): string {
  const name = file.startsWith(journalPrefix) ? file.slice(journalPrefix.length) : file;
  return name.slice(0, -".json".length);
}

function fileOf(name: string): string {
  const file = `${name}.json`;
  return versionOfRecordName(file) === null ? `${journalPrefix}${file}` : file;
}
