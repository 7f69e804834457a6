import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ACCOUNTS_PHRASES } from "../../src/said/phrases/accounts.ts";
import { CLOUD_PHRASES } from "../../src/said/phrases/cloud.ts";
import { COMMANDS_PHRASES } from "../../src/said/phrases/commands.ts";
import { FAILURES_PHRASES } from "../../src/said/phrases/failures.ts";
import { HTTP_PHRASES } from "../../src/said/phrases/http.ts";
import { LINK_PHRASES } from "../../src/said/phrases/link.ts";
import { SIGN_IN_PHRASES } from "../../src/said/phrases/sign-in.ts";
import { PHRASES } from "../../src/said/phrases.ts";
import { PROBLEM_CODES } from "../../src/problem.ts";
import { areaFile } from "../../ui/messages-plugin.ts";
import { LANGUAGES } from "../../ui/src/words/language/languages.ts";

type Texts = Readonly<Record<string, string>>;

/** What the link may carry to Home Assistant: all but what only the page asks for. */
const TO_HOME_ASSISTANT = {
  ...ACCOUNTS_PHRASES,
  ...CLOUD_PHRASES,
  ...COMMANDS_PHRASES,
  ...FAILURES_PHRASES,
  ...HTTP_PHRASES,
  ...LINK_PHRASES,
  ...SIGN_IN_PHRASES,
};
const INTEGRATION = join(import.meta.dirname, "../../custom_components/utec_gateway/translations");

function onThePage(language: (typeof LANGUAGES)[number]): Texts {
  return JSON.parse(readFileSync(areaFile(language, "said"), "utf8")) as Texts;
}

function inHomeAssistant(language: string): Texts {
  const { exceptions } = JSON.parse(readFileSync(join(INTEGRATION, `${language}.json`), "utf8")) as {
    readonly exceptions: Readonly<Record<string, { readonly message: string }>>;
  };
  return Object.fromEntries(
    Object.entries(exceptions)
      .filter(([key]) => key.startsWith("said_"))
      .map(([key, { message }]) => [key.slice("said_".length), message]),
  );
}

describe("what the gateway says", () => {
  test("is on the page in English as the gateway says it", () => {
    const english = onThePage("en");
    const page = Object.fromEntries(Object.keys(PHRASES).map((key) => [key, english[key]]));
    expect(page).toEqual(PHRASES);
  });

  test("has a sentence for each kind of problem, where a reader's language has nothing closer", () => {
    const english = onThePage("en");
    expect([...PROBLEM_CODES, "other"].filter((code) => english[`code_${code}`] === undefined)).toEqual([]);
  });

  test.for(LANGUAGES)("is the same in Home Assistant as on the page, in %s", (language) => {
    const page = onThePage(language);
    const wanted = Object.fromEntries(Object.keys(TO_HOME_ASSISTANT).map((key) => [key, page[key]?.trim()]));
    expect(inHomeAssistant(language)).toEqual(wanted);
  });
});
