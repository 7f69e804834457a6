import { load } from "virtual:messages";
import { languageToBegin } from "./words/language/choice.ts";
import { NOT_ARRIVED } from "./words/language/not-arrived.ts";
import type { Language } from "./words/language/languages.ts";

// Small, so that it is read first: the words are on their way while the page itself, which is larger, still comes.
const language = languageToBegin();
// Where these words do not come, English ones may.
const spoken = load(language, "first").then(
  () => language,
  () => "en" as const,
);

try {
  const { begin } = await import("./begin.ts");
  await begin(await spoken, load);
} catch (error) {
  sayThatItDidNotArrive(language);
  throw error;
}

function sayThatItDidNotArrive(reads: Language): void {
  const [what, again] = NOT_ARRIVED[reads];
  document.documentElement.lang = reads;
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
