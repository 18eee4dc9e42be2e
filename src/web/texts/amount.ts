/**
 * Amounts in words of a language: numbers, sizes.
 *
 * @module
 */
import type { Language } from "./language.ts";

/** Writes numbers as the language does: `12,345`. */
export function numberWriter(language: Language): (amount: number) => string {
  const format = new Intl.NumberFormat(language);
  return (amount) => format.format(amount);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `18.8 MB` (decimal units), as the language writes it. */
export function sizeText(language: Language, bytes: number): string {
  const unit = units.findLast((_, power) => bytes >= 1000 ** power) ?? "byte";
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** units.indexOf(unit));
}
