/**
 * The texts in the language that the browser asks for.
 *
 * @module
 */
import { type Texts, textsOf } from "../texts/catalogue.ts";
import { chooseLanguage } from "../texts/language.ts";

/** All texts, in one language for the life of the page. */
export const texts: Texts = textsOf(chooseLanguage(navigator.languages));
