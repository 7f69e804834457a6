import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, test } from "vitest";
import { areaFile } from "../ui/messages-plugin.ts";
import { LANGUAGES } from "../ui/src/words/language/languages.ts";
import type { Language } from "../ui/src/words/language/languages.ts";
import { AREAS_OF_GROUP } from "../ui/src/words/language/message-areas.ts";

const AREAS = Object.values(AREAS_OF_GROUP).flat();
const TRANSLATIONS = LANGUAGES.filter((language) => language !== "en");
/** Two words of three letters or more: what is shorter may well be the same in two languages. */
const SENTENCE = /\p{L}{3,}[^\p{L}]+\p{L}{3,}/u;
/** Names, addresses and what is written in every language as it is in English. */
const SAME_IN_ENGLISH: ReadonlySet<string> = new Set([
  "page.account_trouble",
  "ribbons.path_account",
  "said.import_file_trouble",
  "said.login_said",
  "said.refresh_failed",
]);

function read(language: Language, area: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(JSON.parse(readFileSync(areaFile(language, area), "utf8")) as Record<string, string>));
}

/** What a message takes, and the tags that it holds, each once. */
function taken(elements: readonly MessageFormatElement[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    names.add(element.type === TYPE.tag ? `<${element.value}>` : element.value);
    const inner =
      element.type === TYPE.tag
        ? [element.children]
        : "options" in element
          ? Object.values(element.options).map(({ value }) => value)
          : [];
    for (const name of inner.flatMap((part) => [...taken(part)])) names.add(name);
  }
  return names;
}

/** The plural forms that a message spells out, for each of its plurals. */
function plurals(elements: readonly MessageFormatElement[]): readonly (readonly string[])[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.tag) return plurals(element.children);
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [];
    const inner = Object.values(element.options).flatMap(({ value }) => plurals(value));
    return element.type === TYPE.plural ? [Object.keys(element.options), ...inner] : inner;
  });
}

describe.each(AREAS)("the messages of %s", (area) => {
  const english = read("en", area);

  test("stand in order, so that two languages can be laid side by side", () => {
    expect([...english.keys()]).toEqual([...english.keys()].toSorted());
  });

  test("can all be read in English", () => {
    for (const [name, text] of english) expect(() => parse(text), name).not.toThrow();
  });

  test.for(TRANSLATIONS)("are all there in %s, in the same order, and take the same", (language) => {
    const translated = read(language, area);
    expect([...translated.keys()]).toEqual([...english.keys()]);
    for (const [name, text] of translated)
      expect([...taken(parse(text))].toSorted(), name).toEqual([...taken(parse(english.get(name) ?? ""))].toSorted());
  });

  test.for(LANGUAGES)("spell out every plural form of %s", (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    // Forms of numbers that are never counted here: millions in the Romance languages.
    const needed = forms.filter((form) => form !== "many" || language === "pl");
    for (const [name, text] of read(language, area))
      for (const spelt of plurals(parse(text))) expect(spelt, name).toEqual(expect.arrayContaining(needed));
  });

  test.for(TRANSLATIONS)("are not left English in %s", (language) => {
    const left = [...read(language, area)].filter(
      ([name, text]) => text === english.get(name) && SENTENCE.test(text) && !SAME_IN_ENGLISH.has(`${area}.${name}`),
    );
    expect(left).toEqual([]);
  });
});

test("no message is there that the page never says", () => {
  const sources = globSync("ui/src/**/*.ts", { cwd: join(import.meta.dirname, "..") }).map((path) =>
    readFileSync(join(import.meta.dirname, "..", path), "utf8"),
  );
  const said = new Set(
    sources.flatMap((text) => [...text.matchAll(/["`]([a-z_]+\.[\w.]+)["`]/g)].map(([, key]) => key)),
  );
  const beginnings = sources.flatMap((text) =>
    [...text.matchAll(/`([a-z_]+\.[\w.]*)\$\{/g)].map(([, key = ""]) => key),
  );
  const unsaid = AREAS.flatMap((area) => [...read("en", area).keys()].map((name) => `${area}.${name}`)).filter(
    (key) => !said.has(key) && !beginnings.some((beginning) => key.startsWith(beginning)),
  );
  expect(unsaid).toEqual([]);
});
