import { describe, expect, test } from "vitest";
import { readRedirect } from "../../../src/keeper/sign-in/redirect.ts";
import type { RedirectReader } from "../../../src/keeper/sign-in/redirect.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";

const { codeParameters } = utecProvider();
const SIGN_IN_URL = "https://cloud.test/authorize?client_id=c&state=s1&response_type=code";
const reader: RedirectReader = { codeParameters, signInUrl: SIGN_IN_URL };
const ADDRESS = "https://example.test/callback?code=abc-123&state=s1";
/** As long as the gateway makes them. */
const STATE = "Zk3v_9x-QwErTyUiOpAsDfGhJkLzXcVb";
const CODE = "4f0c2d9be2a74d6c8e105f1d0c9be2a74d6c8e10";
const LONG = `https://my.home-assistant.io/redirect/oauth?code=${CODE}&state=${STATE}`;
const LAST = `https://my.home-assistant.io/redirect/oauth?state=${STATE}&code=${CODE}`;
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text));

describe("the code is found in whatever a person pastes", () => {
  test.each<[string, string, string | null]>([
    [ADDRESS, "abc-123", "s1"],
    ["https://example.test/callback?authorization_code=abc-123&state=s1", "abc-123", "s1"],
    ["https://example.test/callback?code=best&authorization_code=other", "best", null],
    ["https://example.test/callback?code=&authorization_code=other", "other", null],
    ["https://example.test/callback?own=1&code=abc-123", "abc-123", null],
    ["https://example.test/#/callback?code=abc-123&state=s1", "abc-123", "s1"],
    ["https://example.test/callback#code=abc-123", "abc-123", null],
    ["http://localhost:8099/oauth/callback?code=a%2Fb%3D", "a/b=", null],
    ["http://localhost:8099/oauth/callback?code=a+b/c=&state=s1", "a+b/c=", "s1"],
    ["my-app://back?code=abc-123&state=s1", "abc-123", "s1"],
    ["?code=abc-123", "abc-123", null],
    ["code=abc-123&state=s1", "abc-123", "s1"],
    ["code=abc-123", "abc-123", null],
    ["abc-123", "abc-123", null],
    ["4/0Ab_c.d~e+f/g==", "4/0Ab_c.d~e+f/g==", null],
    ["4/0Ab.c/d", "4/0Ab.c/d", null],
    ["QwErTyUi", "QwErTyUi", null],
    ["https://example.test/callback?code=a.b:c&state=s1", "a.b:c", "s1"],
    ["https://example.test/callback?code=a%FFb&state=s1", "a%FFb", "s1"],
    ["https://example.test/callback?code=ab%0Ac&state=s1", "abc", "s1"],
    ["https://example.test/callback?code=3Dabc-123&state=s1", "3Dabc-123", "s1"],
    ["https://example.test/callback?code=3Dabc-123", "3Dabc-123", null],
    ["https://example.test/callback?code=3Dabc-123&own=3D1&state=s1", "3Dabc-123", "s1"],
    ["https://example.test/callback?code=abc%20-123&state=s1", "abc-123", "s1"],
    ["https://example.test/callback?code=abc-123&state=s1.Thanks", "abc-123", "s1"],
    ["https://example.test/callback?code=abc-123&error_description=none", "abc-123", null],
    [`${ADDRESS}\nSent from my phone, which is old, Ada`, "abc-123", "s1"],
    [`${ADDRESS}\nSent from my phone @home with best regards`, "abc-123", "s1"],
  ])("%j", (pasted, code, state) => {
    expect(readRedirect(pasted, reader)).toEqual({ kind: "code", code, state });
  });

  const found = { kind: "code", code: CODE, state: STATE };

  const around: [string, (address: string) => string][] = [
    ["spaces and line ends", (a) => `  ${a} \r\n\n`],
    ["quotes", (a) => `"${a}"`],
    ["single quotes", (a) => `'${a}'`],
    ["typographic quotes", (a) => `“${a}”`],
    ["German quotes", (a) => `„${a}“`],
    ["French quotes", (a) => `« ${a} »`],
    ["angle brackets", (a) => `<${a}>Thanks`],
    ["round brackets", (a) => `(${a})`],
    ["square brackets", (a) => `[${a}]`],
    ["curly brackets", (a) => `{${a}}`],
    ["backticks", (a) => `\`${a}\``],
    ["bold Markdown", (a) => `Here: **${a}** as you said`],
    ["italic Markdown", (a) => `_${a}_`],
    ["a Markdown link", (a) => `[${a}](${a})`],
    ["a Markdown link with words", (a) => `[Home Assistant](${a})`],
    ["an HTML link", (a) => `<a href="${a.replace("&", "&amp;")}">back</a>`],
    ["a sentence", (a) => `It says ${a}. What now?`],
    ["a sentence that ends", (a) => `${a}.`],
    ["a list", (a) => `- ${a},`],
    ["punctuation that was encoded with it", (a) => `${a}.%2C`],
    ["a quote and a tag that were encoded with it", (a) => `${a}%22%3Eback`],
    ["a signature", (a) => `${a}\n\nSent from my iPhone`],
    ["a signature on one line", (a) => `${a} Sent from my phone`],
    ["words before", (a) => `Hi,\nhere is the address:\n${a}`],
    ["a word and a line end behind it", (a) => `${a}\nThanks`],
    ["a time behind it", (a) => `${a}\n12:34`],
    ["a date behind it", (a) => `${a} 2026-11-21 from my phone`],
    ["a date after an empty line", (a) => `${a}\n\n2026-11-21`],
    ["a date after an empty line of a mail", (a) => `${a}\r\n\r\n2026-11-21`],
    ["a full stop and a date behind it", (a) => `${a}.\n2026-11-21`],
    ["a price behind it", (a) => `${a}\n$20`],
    ["an equation behind it", (a) => `${a}\nretries=3 helped`],
    ["an ampersand in the words behind it", (a) => `${a}\nThanks for the Q&A`],
    ["quoted words behind it", (a) => `${a}\nHi Bob, "thanks"`],
    ["a code's name before it", (a) => `The code: ${a}`],
    ["another address before it", (a) => `https://cloud.test/help\n${a}`],
    ["another address behind it", (a) => `${a}\nhttps://example.test/?state=other`],
    ["a part of it before it", (a) => `[${a.slice(0, a.indexOf(CODE) + 4)}…](${a})`],
    [
      "a part of it, and a mail program's own address",
      (a) => `<https://e.test/?code=4f0c…> https://safe.test/?url=${twice(a)}`,
    ],
    ["the sign-in page before it", (a) => `${SIGN_IN_URL}\n${a}`],
  ];

  describe.each([
    ["its state last", LONG],
    ["its code last", LAST],
  ])("with %s", (__, address) => {
    test.each(around)("and with %s around it", (_, pasted) => {
      expect(readRedirect(pasted(address), reader)).toEqual(found);
    });
  });

  test.each([
    ["a signature", `${LONG}Sent from my phone`],
    ["a sentence", `${LONG}.Thanks`],
  ])("with %s that was glued to it", (_, pasted) => {
    expect(readRedirect(pasted, reader)).toEqual(found);
  });

  test.each([
    ["a byte order mark before", `\u{feff}${LONG}`],
    ["a zero-width space behind", `${LONG}\u{200b}`],
    ["an encoded zero-width space behind", `${LONG}%E2%80%8B`],
    ["an encoded quote behind", `${LONG}%22`],
    ["zero-width spaces inside", LONG.split("").join("\u{200b}")],
    ["marks of direction", `\u{202a}${LONG}\u{202c}\u{200e}`],
    ["soft hyphens", LONG.replace("2d9b", "2d\u{ad}9b").replace("QwEr", "Qw\u{ad}Er")],
    ["an object replacement character", `\u{fffc}${LONG}`],
    ["a null", `${LONG}\0`],
    ["no-break spaces around", `\u{a0}${LONG}\u{202f}`],
    ["a hyphen that does not break", LONG.replaceAll("-", "\u{2011}")],
    ["wide letters", LONG.replace("=", "\u{ff1d}").replace("&", "\u{ff06}").replace("?", "\u{ff1f}")],
  ])("with %s", (_, pasted) => {
    expect(readRedirect(pasted, reader)).toEqual(found);
  });

  const wrapped = (width: number, end: string): string => LONG.replace(new RegExp(`(.{${width}})`, "g"), `$1${end}`);

  test.each([
    ["wrapped at 76", wrapped(76, "\r\n")],
    ["wrapped at 40", wrapped(40, "\n")],
    ["wrapped at 20", wrapped(20, "\n  ")],
    ["wrapped, the line ends turned into spaces", wrapped(30, " ")],
    ["wrapped in a quoted mail", `> ${wrapped(50, "\n> ")}`],
    ["wrapped in a mail that was quoted without spaces", `>${wrapped(50, "\n>")}`],
    ["wrapped in a mail that was quoted twice", `>>${wrapped(50, "\n>>")}`],
    [
      "wrapped in its state, whose rest looks like words",
      LONG.replace("QwErTyUi", "QwEr\nTyUi").replace("DfGh", "Df\nGh"),
    ],
    ["wrapped, a signature behind it", `${wrapped(64, "\n")}\n\nSent from my SM-G991B`],
    ["a line end in a parameter's name", LONG.replace("code", "co\nde").replace("state", "st\nate")],
    ["a line end before an equals sign", LONG.replace("code=", "code\n=")],
    ["the code last, and wrapped", `https://e.test/?state=${STATE}&code=${CODE.slice(0, 20)}\n${CODE.slice(20)}`],
    ["the code last, a word behind it", `https://e.test/?state=${STATE}&code=${CODE}\nThanks`],
    ["the code last, a signature behind it", `https://e.test/?state=${STATE}&code=${CODE} Sent from my phone`],
    ["encoded", encodeURIComponent(LONG)],
    ["encoded twice", twice(LONG)],
    ["encoded three times", encodeURIComponent(twice(LONG))],
    ["encoded, with words", `see ${encodeURIComponent(LONG)} please`],
    ["its question mark encoded", LONG.replace("?", "%3F")],
    ["its ampersand encoded", LONG.replace("&", "%26")],
    ["its equals signs encoded", LONG.replaceAll("=", "%3D")],
    ["its values encoded twice", `https://e.test/?code=${twice(CODE)}&state=${twice(STATE)}`],
    ["with another address inside it", LONG.replace("&", "&next=https://example.test/home&")],
    ["inside another address", `https://www.example.test/url?q=${encodeURIComponent(LONG)}&sa=D`],
    ["as HTML", LONG.replace("&", "&amp;")],
    ["as HTML in HTML", LONG.replace("&", "&amp;amp;")],
    ["as HTML by numbers", LONG.replaceAll("&", "&#38;").replaceAll("=", "&#x3d;")],
    ["as HTML in HTML in HTML", LONG.replaceAll("=", "&amp;amp;equals;")],
    ["as HTML by other numbers", LONG.replaceAll("=", "&#00061;").replace("9x-Q", "9x&#45;Q")],
    ["as HTML, where it may be broken", LONG.replace("2d9b", "2d&shy;9b").replace("?", "?x=&#9999999;&")],
    ["as HTML, its percent signs", `https://e.test/?code=${CODE.replace("9", "&percnt;39")}&state=${STATE}`],
    ["as HTML, then encoded", encodeURIComponent(LONG.replace("&", "&amp;"))],
    ["from a mail's source", `https://e.test/?code=3D${CODE.slice(0, 12)}=\n${CODE.slice(12)}&state=3D${STATE}`],
    ["as JSON", JSON.stringify({ code: CODE, state: STATE })],
    ["as JSON in lines", JSON.stringify({ state: STATE, code: CODE }, null, 2)],
    ["as JSON with spaces", `{ "code" : "${CODE}", "state" : "${STATE}" }`],
    ["as JSON with typographic quotes", `{ “code”: “${CODE}”, “state”: “${STATE}” }`],
    ["as JSON with single ones", `{ ‘code’: ‘${CODE}’, ‘state’: ‘${STATE}’ }`],
    ["as JSON in HTML", `{&quot;code&quot;:&quot;${CODE}&quot;,&quot;state&quot;:&quot;${STATE}&quot;}`],
    [
      "as JSON with single quotes in HTML",
      `{&apos;code&APOS;:&apos;${CODE}&apos;,&apos;state&apos;:&apos;${STATE}&apos;}`,
    ],
    ["as its parameters alone, wrapped, behind words", `Here it is\ncode=${CODE}\n&state=${STATE}`],
    ["its names in capitals", LONG.replace("code", "Code").replace("state", "STATE")],
  ])("%s", (_, pasted) => {
    expect(readRedirect(pasted, reader)).toEqual(found);
  });

  test.each([
    ["encoded", "4%2F0Ab_c.d%7Ee%3D%3D", "4/0Ab_c.d~e=="],
    ["encoded twice", "4%252F0Ab_c", "4/0Ab_c"],
    ["behind an equals sign", "=abc-123", "abc-123"],
    ["behind its name", "code: abc-123", "abc-123"],
    ["behind its name and an equals sign", "authorization_code = abc-123", "abc-123"],
    ["behind words", "the code is abc-123", "abc-123"],
    ["in quotes", "“abc-123”", "abc-123"],
    ["in quotes behind its name", '"code": "abc-123"', "abc-123"],
    ["in brackets", "<abc-123>", "abc-123"],
    ["with a comma", "abc-123,", "abc-123"],
    ["with an invisible mark", "\u{200e}abc-123\u{200b}", "abc-123"],
    ["with a signature", "abc-123\n\nSent from my phone", "abc-123"],
    ["with a phone's name", `${CODE} Sent from my SM-G991B`, CODE],
    ["wrapped", `${CODE.slice(0, 20)}\n${CODE.slice(20)}`, CODE],
    ["wrapped and indented", `${CODE.slice(0, 20)}\r\n  ${CODE.slice(20)}`, CODE],
    ["of letters alone behind words", "Your authorisation code is: QwErTyUi", "QwErTyUi"],
    ["of letters alone behind its spaced name", "the  authorization  code : QwErTyUi", "QwErTyUi"],
    ["of letters alone behind its name in one word", "AuthorizationCode: QwErTyUi", "QwErTyUi"],
    ["of letters alone behind its name in backticks", "`code`: QwErTyUi", "QwErTyUi"],
    ["of letters alone behind its bold name", "**Code:** QwErTyUi", "QwErTyUi"],
    ["in HTML's brackets", "&lt;abc-123&gt;", "abc-123"],
    ["with HTML's spaces", "abc-123&nbsp;I&nbsp;think", "abc-123"],
    ["wrapped behind its name", `code=${CODE.slice(0, 20)}\n${CODE.slice(20)}`, CODE],
    ["in quotes and brackets amid words", 'it is ("abc-123") I think', "abc-123"],
    ["of six characters amid words", "abc-12 I think", "abc-12"],
    ["alone on its line, below a longer name", "From SM-G991B-2026\r\n  abc-123  \r\n", "abc-123"],
    ["behind a shorter name", `SM-G991B sent ${CODE}`, CODE],
    ["of 4096 characters", "x".repeat(4096), "x".repeat(4096)],
  ])("a bare code %s", (_, pasted, code) => {
    expect(readRedirect(pasted, reader)).toEqual({ kind: "code", code, state: null });
  });
});

test("where a text can be read in several ways, a sign-in that is known decides", () => {
  const known = (state: string): RedirectReader => ({ ...reader, knowsState: (asked) => asked === state });
  const two = `https://e.test/?code=one&state=s1\nhttps://e.test/?code=two&state=s2`;
  expect(readRedirect(two, known("s1"))).toMatchObject({ code: "one" });
  expect(readRedirect(two, known("s2"))).toMatchObject({ code: "two" });
  const strange = `https://e.test/?code=abc…\nhttps://e.test/?error=access_denied&state=s1`;
  expect(readRedirect(strange, reader)).toMatchObject({ kind: "refused" });
  const longer = `${STATE}-of-another-length`;
  expect(readRedirect(`?code=abc&state=${longer}`, known(longer))).toMatchObject({ state: longer });
});

describe("of two addresses that are both none of the gateway's", () => {
  test.each([
    ["the one with a code counts before the one with an error", "error=access_denied&state=s1", "code=two&state=s2"],
    ["one without a `state` counts before one with a strange one", "code=one&state=s1", "code=two"],
  ])("%s", (_, one, two) => {
    for (const pasted of [
      `https://e.test/?${one}\nhttps://e.test/?${two}`,
      `https://e.test/?${two}\nhttps://e.test/?${one}`,
    ]) {
      expect(readRedirect(pasted, reader)).toMatchObject({ kind: "code", code: "two" });
    }
  });
});

test("a text of any size and shape is read in no time", () => {
  const texts = [
    "a://".repeat(9000),
    "?code=".repeat(6000),
    "%25".repeat(11_000),
    "\u{200b} a".repeat(11_000),
    "_".repeat(16_000) + " a://".repeat(3000),
    `${"a://".repeat(40)}?code=%${"25".repeat(16_000)}`,
    `${"a://".repeat(40)}?${"a".repeat(32_000)}!=1`,
    `${"a://".repeat(40)}?code=${".".repeat(32_000)}a`,
    `${")".repeat(32_000)}a`,
  ];
  for (const text of texts) {
    const before = performance.now();
    readRedirect(text, reader);
    expect(performance.now() - before).toBeLessThan(500);
  }
});
