import { keep, readKept } from "../../live/kept/kept.ts";
import { LANGUAGES, firstSpoken } from "./languages.ts";
import type { Language } from "./languages.ts";

const KEY = "utec-gateway.language";
/** Where Home Assistant's frontend keeps its own; behind ingress the page shares its storage. */
const HOME_ASSISTANT_KEY = "selectedLanguage";
/** What this browser keeps of the choice, in the page's tabs and in Home Assistant's. */
export const CHOICE_KEYS = [KEY, HOME_ASSISTANT_KEY];

/** What the person chose on this page; null until somebody chooses. */
export function chosenLanguage(): Language | null {
  const stored = readKept(KEY);
  return LANGUAGES.find((language) => language === stored) ?? null;
}

/** Keeps the choice for later visits; null leaves it to Home Assistant and the browser again. */
export function keepChoice(language: Language | null): void {
  keep(KEY, language);
}

/** The languages that the person reads, best first: as chosen in Home Assistant, then the browser's. */
export function readersLanguages(): readonly string[] {
  const selected = homeAssistantsLanguage();
  return selected === null ? navigator.languages : [selected, ...navigator.languages];
}

/** The language where the person chooses none: Home Assistant's, else the browser's. */
export function unchosenLanguage(): Language {
  return firstSpoken(readersLanguages());
}

/** The person's choice in the page, else Home Assistant's, else the browser's. */
export function languageToBegin(): Language {
  return chosenLanguage() ?? unchosenLanguage();
}

/** Is the page shown within Home Assistant, which says the language where nobody chooses one here? */
export function isHomeAssistants(): boolean {
  return homeAssistantsLanguage() !== null;
}

function homeAssistantsLanguage(): string | null {
  try {
    const stored: unknown = JSON.parse(readKept(HOME_ASSISTANT_KEY) ?? "null");
    return typeof stored === "string" && stored !== "" ? stored : null;
  } catch {
    return null;
  }
}
