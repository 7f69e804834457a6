import { describe, expect, test } from "vitest";
import { firstSpoken, localeFor } from "../../../ui/src/words/language/languages.ts";
import type { Language } from "../../../ui/src/words/language/languages.ts";

describe("the language of the page", () => {
  test.for<readonly [readonly string[], Language]>([
    [["de-AT", "en"], "de"],
    [["sv", "fr-CA", "en"], "fr"],
    [["pt-PT"], "pt-BR"],
    [["PT-br"], "pt-BR"],
    [["sv", "da"], "en"],
    [[], "en"],
  ])("is the first of %j that it speaks: %s", ([wanted, language]) => {
    expect(firstSpoken(wanted)).toBe(language);
  });

  test.for<readonly [Language, readonly string[], string]>([
    ["en", ["de", "en-US"], "en-US"],
    ["en", ["de"], "en-GB"],
    ["de", ["en-US", "de-CH"], "de-CH"],
    ["pt-BR", ["pt-PT"], "pt-PT"],
    ["fr", ["de"], "fr"],
  ])("writes times in %s for a reader of %j as in %s", ([language, wanted, locale]) => {
    expect(localeFor(language, wanted)).toBe(locale);
  });
});
