/**
 * The languages of the page.
 *
 * @module
 */

/** Languages that there are texts in. */
export type Language = "en" | "es";

/** The first of `wanted` (BCP 47, such as `es-MX`, or as the environment writes it, `es_MX.UTF-8`) that there is; else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language] = tag.toLowerCase().split(/[-_.]/);
    if (language === "en" || language === "es") return language;
  }
  return "en";
}
