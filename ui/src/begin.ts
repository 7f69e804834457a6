import { defineElements } from "./elements.ts";
import type { Language } from "./words/language/languages.ts";
import { currentLanguage, onWords, speak } from "./words/language/words.ts";
import type { LoadMessages } from "./words/language/words.ts";

/** Draws the page once its words are there. Rejects where they do not come. */
export async function begin(language: Language, load: LoadMessages): Promise<void> {
  onWords(() => {
    document.documentElement.lang = currentLanguage();
  });
  await speak(language, load);
  defineElements(customElements);
}
