import "./english.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messagesOf } from "../../../ui/messages-plugin.ts";
import { LANGUAGES } from "../../../ui/src/words/language/languages.ts";
import type { LoadMessages } from "../../../ui/src/words/language/words.ts";
import { needWords, say, speak } from "../../../ui/src/words/language/words.ts";
import { FAMILIES } from "./sentences.ts";
import { NAME } from "./things.ts";

const load: LoadMessages = (language, group) => Promise.resolve(messagesOf(language, group));
const TRANSLATIONS = LANGUAGES.filter((language) => language !== "en");

/** What is no word of any language: names, addresses, settings, numbers. */
const NO_WORDS =
  /U-tec Gateway|Home Assistant|U-tec|Ultraloq|Xthings|WattTime|Yoto|OpenAPI|OAuth 2\.0|Content-Type: \S+|[\w/-]+\.(?:json|db|key|log)\b|[a-z]+:\/\/\S+|\b[A-Z]+_[A-Z_]+\b|\b[a-z]+_[a-z_]+\b/g;
/** What comes of a word that the page lacks, or of a value that nobody gave. */
const BROKEN = /\bundefined\b|\bNaN\b|\[object|[{}]|<\/?\w|^\s*$/;
/** Words that a language has in common with English. */
const SAME_WORDS: Readonly<Record<(typeof TRANSLATIONS)[number], readonly string[]>> = {
  de: ["Integration", "Login", "Offline", "Online", "Token", "Tokens"],
  fr: ["Audience", "minutes"],
  es: ["Token", "token", "Tokens"],
  nl: ["Accounts", "Login", "Offline", "Online", `${NAME} is offline`, "Token", "token", "Tokens"],
  it: ["Login", "Password", "Token"],
  pl: ["Offline", "Online", "Token", "token"],
  "pt-BR": ["Login", "Offline", "Online", "Token", "token", "Tokens"],
};

type Said = ReadonlyMap<string, readonly string[]>;

async function said(language: (typeof LANGUAGES)[number]): Promise<Said> {
  await speak(language, load);
  return new Map(
    Object.entries(FAMILIES).flatMap(([family, sentences]) =>
      Object.entries(sentences).map(([name, texts]): [string, readonly string[]] => [
        `${family}: ${name}`,
        texts().filter((text) => text !== null),
      ]),
    ),
  );
}

/** Four words of a text in a row, wherever they stand in it. */
function runs(text: string): readonly string[] {
  const words = plain(text).match(/\p{L}[\p{L}’']+/gu) ?? [];
  return words.slice(3).map((_, at) =>
    words
      .slice(at, at + 4)
      .join(" ")
      .toLowerCase(),
  );
}

function plain(text: string): string {
  return text.replaceAll(NO_WORDS, "·").replaceAll(NAME, "·");
}

describe("everything that the page can be asked to say", () => {
  let english: Said = new Map();

  beforeAll(async () => {
    await needWords("later");
    await needWords("ribbons");
    english = await said("en");
  });

  afterAll(() => speak("en", load));

  test.for(LANGUAGES)("is said in %s, whole", async (language) => {
    const broken = [...(await said(language))].flatMap(([name, texts]) =>
      texts
        // Some phrases are about it.
        .filter((text) => BROKEN.test(text) || (/\bnull\b/.test(text) && !name.startsWith("phrases: ")))
        .map((text) => `${name}: “${text}”`),
    );
    expect(broken).toEqual([]);
  });

  test.for(TRANSLATIONS)("is not English in %s", async (language) => {
    const told = await said(language);
    expect([...told.keys()]).toEqual([...english.keys()]);
    const left = [...told].flatMap(([name, texts]) => {
      const original = english.get(name) ?? [];
      const originalRuns = new Set(original.flatMap(runs));
      return texts
        .filter(
          (text) =>
            runs(text).some((run) => originalRuns.has(run)) ||
            (original.includes(text) && /\p{L}{2}/u.test(plain(text)) && !SAME_WORDS[language].includes(text)),
        )
        .map((text) => `${name}: “${text}”`);
    });
    expect(left).toEqual([]);
  });

  test.for(TRANSLATIONS)("has words of its own in %s, and not only those of any other problem", async (language) => {
    const told = await said(language);
    const other = say("said.code_other");
    const general = [...told].filter(
      ([name, texts]) => /^(?:phrases|kinds of problems|events of tokens): /.test(name) && texts.includes(other),
    );
    expect(general).toEqual([]);
  });
});
