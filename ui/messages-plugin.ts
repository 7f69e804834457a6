import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TYPE, parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";
import { LANGUAGES } from "./src/words/language/languages.ts";
import type { Language } from "./src/words/language/languages.ts";
import { AREAS_OF_GROUP } from "./src/words/language/message-areas.ts";
import type { Group } from "./src/words/language/message-areas.ts";
import type { Message, Messages } from "./src/words/language/words.ts";

const MODULE = "virtual:messages";
const GROUPS = Object.keys(AREAS_OF_GROUP) as readonly Group[];

/** All messages of a group in a language, by `area.message`, as the page takes them. */
export function messagesOf(language: Language, group: Group): Messages {
  const messages: Record<string, Message> = {};
  for (const area of AREAS_OF_GROUP[group]) {
    for (const [name, text] of Object.entries(readArea(language, area))) messages[`${area}.${name}`] = messageOf(text);
  }
  return messages;
}

/** Parsed where it takes more than values: most are a text with `{names}` in it, which is a third of the size. */
function messageOf(text: string): Message {
  if (!/[{}<']/.test(text)) return text;
  const parsed = parse(text, { captureLocation: false });
  const isPlain = parsed.every(({ type }) => type === TYPE.literal || type === TYPE.argument);
  const plain = parsed.map((part) =>
    part.type === TYPE.argument ? `{${part.value}}` : "value" in part ? part.value : "",
  );
  // What is quoted would be taken for a name.
  return isPlain && plain.join("") === text.replaceAll("''", "'") ? plain.join("") : parsed;
}

/** The file of the messages of an area. */
export function areaFile(language: Language, area: string): string {
  return join(import.meta.dirname, "src/words/messages", language, `${area}.json`);
}

/** Parses the messages while the page is built, so that it needs no parser, and makes each group of a language a file of its own. */
export function messages(): Plugin {
  return {
    name: "messages",
    resolveId: (id) => (id.startsWith(MODULE) ? `\0${id}` : null),
    load(id) {
      if (id === `\0${MODULE}`)
        return `const files = {${files()}}; export const load = (language, group) => files[language + "/" + group]().then((file) => file.default);`;
      const [language, group] = id.startsWith(`\0${MODULE}/`) ? id.slice(MODULE.length + 2).split("/") : [];
      if (language === undefined) return null;
      for (const area of AREAS_OF_GROUP[group as Group]) this.addWatchFile(areaFile(language as Language, area));
      return `export default ${JSON.stringify(messagesOf(language as Language, group as Group))};`;
    },
  };
}

function files(): string {
  return LANGUAGES.flatMap((language) =>
    GROUPS.map((group) => `"${language}/${group}": () => import("${MODULE}/${language}/${group}")`),
  ).join();
}

function readArea(language: Language, area: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(areaFile(language, area), "utf8")) as Record<string, string>;
}
