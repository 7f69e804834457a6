import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { RIGHTS, STANDINGS, accessOf, refusalOf } from "../../src/http/access/rights.ts";
import { redirectSentence } from "../../src/keeper/sign-in/redirect-sentence.ts";
import type { RedirectReading } from "../../src/keeper/sign-in/redirect.ts";
import { PHRASES } from "../../src/said/phrases.ts";
import type { PhraseKey } from "../../src/said/phrases.ts";
import { saidOf } from "../../src/said/said-of.ts";
import type { Said } from "../../src/said/said.ts";
import { withSaid } from "../../src/said/with-said.ts";

const SENTENCES = Object.entries(PHRASES).filter(([key]) => !key.startsWith("part_"));
const PARTS = Object.entries(PHRASES).filter(([key]) => key.startsWith("part_"));
const NUMBER = /^(?:count|kelvin|level|limit|max|min|minutes|number|seconds|status)$/;

/** What the phrase is in English, its parts included. */
function english({ key, params }: Said): string {
  const values = new Map(
    Object.entries(params).map(([name, value]) => [name, typeof value === "object" ? english(value) : String(value)]),
  );
  return PHRASES[key as PhraseKey].replaceAll(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? "");
}

/** A text of the phrase: names are `name`, and what is worded for itself is the first such part. */
function textOf(phrase: string, name: string): string {
  return phrase.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    if (parameter === "sentence") return PHRASES.account_gone;
    if (NUMBER.test(parameter)) return "42";
    const part = PARTS.find(([key]) => key.startsWith(`part_${parameter.replace(/_2$/, "")}_`));
    return part === undefined ? name : textOf(part[1], name);
  });
}

describe("a sentence of the gateway", () => {
  test("is put together again from what it is told to be made of", () => {
    const lost = SENTENCES.filter(([, phrase]) => {
      const text = textOf(phrase, "Front door");
      const said = saidOf(text);
      return said !== null && english(said) !== text;
    });
    expect(lost).toEqual([]);
  });

  test("is told by the key that it was said with", () => {
    const others = SENTENCES.flatMap(([key, phrase]) => {
      const said = saidOf(textOf(phrase, "Front door"));
      return said?.key === key ? [] : [[key, said?.key ?? null]];
    });
    expect(others).toEqual([]);
  });

  test.for([
    "Haustür “links”; so",
    "a: b. c; d",
    "{name} \\k<name> $1",
    "الباب",
    "🔒",
    "x\ny",
    "(.*)+$",
    "".padEnd(200, "a. "),
  ])("keeps a name such as %j as it is", (name) => {
    const said = saidOf(`${name} is not signed in: sign in on the gateway's page.`);
    expect(said).toEqual({ key: "account_signed_out", params: { name } });
  });

  test("of any words is told truly, or not at all", () => {
    assert(
      property(constantFrom(...SENTENCES), string({ unit: "grapheme", maxLength: 60 }), ([, phrase], name) => {
        const text = textOf(phrase, name);
        const said = saidOf(text);
        expect(said === null ? text : english(said)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("of somebody else is none, however long", () => {
    expect(saidOf("Something happened.")).toBeNull();
    expect(saidOf(`${"a".repeat(10_000)} is not signed in: sign in on the gateway's page.`)).toBeNull();
  });
});

/** They run in the browser, too, where the table of all phrases would be too much: so each stands there and in the table. */
describe("a sentence that the page shares with the gateway", () => {
  test.for(STANDINGS)("refuses who is %s something by a phrase", (standing) => {
    for (const right of RIGHTS) {
      const refusal = refusalOf(accessOf(standing, false), right);
      expect(refusal === null ? "granted" : saidOf(refusal)?.key).toMatch(/^(?:granted|rights_.+)$/);
    }
  });

  test.for<RedirectReading>([
    ...(["empty", "no_code", "cut_short", "altered", "sign_in_page"] as const).map(
      (why) => ({ kind: "unreadable", why }) as const,
    ),
    ...["server_error", "redirect_uri_mismatch", "access_denied", null].map(
      (error) => ({ kind: "refused", error, state: null }) as const,
    ),
  ])("tells by a phrase what is wrong with an address: %j", (reading) => {
    expect(saidOf(redirectSentence(reading, "the U-tec cloud") ?? "")?.key).toMatch(/^redirect_/);
  });
});

describe("what leaves the gateway", () => {
  const message = "Home is not signed in: sign in on the gateway's page.";
  const said = { key: "account_signed_out", params: { name: "Home" } };

  test("has what each sentence is made of beside it, however deep it stands", () => {
    const told = withSaid({
      accounts: [{ id: "a", last_error: { code: "sign_in_needed", message } }],
      message: "Else.",
    });
    expect(told).toEqual({
      accounts: [{ id: "a", last_error: { code: "sign_in_needed", message, said } }],
      message: "Else.",
    });
  });

  test("is not changed itself, and devices are passed on as they are", () => {
    const devices = [{ id: "d", message }];
    const content = { devices, error: { message } };
    expect(withSaid(content).devices).toBe(devices);
    expect(content).toEqual({ devices, error: { message } });
  });
});
