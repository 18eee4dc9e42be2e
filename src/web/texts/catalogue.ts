/**
 * All texts of one language.
 *
 * @module
 */
import { numberWriter, sizeText } from "./amount.ts";
import { changes } from "./changes.ts";
import { checks } from "./checks.ts";
import { compare } from "./compare.ts";
import { entry } from "./entry.ts";
import { general } from "./general.ts";
import { home } from "./home.ts";
import type { Language } from "./language.ts";
import { migrations } from "./migrations.ts";
import { restore } from "./restore.ts";
import { shell } from "./shell.ts";
import { snapshot } from "./snapshot.ts";
import { timeline } from "./timeline.ts";

/** The texts, by view. */
export interface Texts {
  readonly language: Language;
  /** `12,345`, as the language writes it. */
  readonly number: (amount: number) => string;
  /** `18.8 MB`, as the language writes it. */
  readonly size: (bytes: number) => string;
  readonly changes: typeof changes.en;
  readonly compare: typeof compare.en;
  readonly entry: typeof entry.en;
  readonly general: typeof general.en;
  readonly home: typeof home.en;
  readonly restore: typeof restore.en;
  readonly checks: typeof checks.en;
  readonly migrations: typeof migrations.en;
  readonly snapshot: typeof snapshot.en;
  readonly shell: typeof shell.en;
  readonly timeline: typeof timeline.en;
}

/** The texts of a language. */
export function textsOf(language: Language): Texts {
  return {
    language,
    number: numberWriter(language),
    size: (bytes) => sizeText(language, bytes),
    changes: changes[language],
    compare: compare[language],
    entry: entry[language],
    general: general[language],
    home: home[language],
    restore: restore[language],
    checks: checks[language],
    migrations: migrations[language],
    snapshot: snapshot[language],
    shell: shell[language],
    timeline: timeline[language],
  };
}
