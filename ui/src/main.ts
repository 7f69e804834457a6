import { load } from "virtual:messages";
import { defineElements } from "./elements.ts";
import { languageToBegin } from "./words/language/choice.ts";
import { speak } from "./words/language/words.ts";

const language = languageToBegin();
await speak(language, load);
document.documentElement.lang = language;
defineElements(customElements);
