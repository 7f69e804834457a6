/** The languages of the page: the same ones as the integration's. */
export const LANGUAGES = ["en", "de", "fr", "es", "nl", "it", "pl", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const OWN_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  nl: "Nederlands",
  it: "Italiano",
  pl: "Polski",
  "pt-BR": "Português (Brasil)",
};

/** The page's language for a wanted one, such as `de-AT`; null where it has none. */
export function languageFor(wanted: string): Language | null {
  const [family = ""] = wanted.toLowerCase().split("-");
  return LANGUAGES.find((language) => language.toLowerCase().split("-")[0] === family) ?? null;
}

/** The first of the wanted languages that the page speaks, else English. */
export function firstSpoken(wanted: readonly string[]): Language {
  for (const one of wanted) {
    const language = languageFor(one);
    if (language !== null) return language;
  }
  return "en";
}

/** How a reader of `language` writes times and numbers: as in their own region, where they name one. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((one) => languageFor(one) === language) ?? (language === "en" ? "en-GB" : language);
}
