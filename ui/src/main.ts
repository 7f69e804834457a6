import { load } from "virtual:messages";
import { languageToBegin } from "./words/language/choice.ts";
import { NOT_ARRIVED } from "./words/language/not-arrived.ts";
import type { Language } from "./words/language/languages.ts";

// Small, so that it is read first: the words are on their way while the page itself, which is larger, still comes.
const language = languageToBegin();
const words = load(language, "first");

try {
  const { begin } = await import("./begin.ts");
  // Where these words do not come, English ones may.
  const spoken = await words.then(
    () => language,
    () => "en" as const,
  );
  await begin(spoken, load);
} catch (error) {
  sayThatItDidNotArrive(language);
  throw error;
}

function sayThatItDidNotArrive(spoken: Language): void {
  const [what, again] = NOT_ARRIVED[spoken];
  document.documentElement.lang = spoken;
  const note = document.createElement("p");
  note.role = "alert";
  note.className = "not-arrived";
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = again;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  note.append(`${what} `, link);
  document.body.append(note);
}
