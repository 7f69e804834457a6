import { LANGUAGES, firstSpoken } from "./languages.ts";
import type { Language } from "./languages.ts";

const KEY = "utec-gateway.language";
/** Where Home Assistant's frontend keeps its own; behind ingress the page shares its storage. */
const HOME_ASSISTANT_KEY = "selectedLanguage";

/** What the person chose on this page; null until somebody chooses. */
export function chosenLanguage(): Language | null {
  const stored = localStorage.getItem(KEY);
  return LANGUAGES.find((language) => language === stored) ?? null;
}

/** Keeps the choice for later visits; null leaves it to Home Assistant and the browser again. */
export function keepChoice(language: Language | null): void {
  if (language === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, language);
}

/** The languages that the person reads, best first: as chosen in Home Assistant, then the browser's. */
export function readersLanguages(): readonly string[] {
  const selected = homeAssistantsLanguage();
  return selected === null ? navigator.languages : [selected, ...navigator.languages];
}

/** The person's choice in the page, else Home Assistant's, else the browser's. */
export function languageToBegin(): Language {
  return chosenLanguage() ?? firstSpoken(readersLanguages());
}

function homeAssistantsLanguage(): string | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(HOME_ASSISTANT_KEY) ?? "null");
    return typeof stored === "string" && stored !== "" ? stored : null;
  } catch {
    return null;
  }
}
