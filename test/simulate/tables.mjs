/**
 * Tables in Markdown, and numbers as they stand in them.
 *
 * @module
 */

/** Prints a table. @param {readonly string[]} header @param {readonly (readonly string[])[]} rows */
export function printTable(header, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  console.log([line(header), `|${header.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n"));
  console.log("");
}

/** @param {number} value */
export function count(value) {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Math.round(value * 100) / 100);
}

/** @param {number} ms */
export function time(ms) {
  return ms < 1000 ? `${count(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** The value that `share` of all are not above. @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
