import { describe, expect, test } from "vitest";
import { readRedirect } from "../../../src/keeper/sign-in/redirect.ts";
import type { RedirectReader } from "../../../src/keeper/sign-in/redirect.ts";
import { redirectSentence } from "../../../src/keeper/sign-in/redirect-sentence.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";

const { codeParameters } = utecProvider();
const SIGN_IN_URL = "https://cloud.test/authorize?client_id=c&state=s1&response_type=code";
const reader: RedirectReader = { codeParameters, signInUrl: SIGN_IN_URL };
const ADDRESS = "https://example.test/callback?code=abc-123&state=s1";
/** As long as the gateway makes them. */
const STATE = "Zk3v_9x-QwErTyUiOpAsDfGhJkLzXcVb";
const CODE = "4f0c2d9be2a74d6c8e105f1d0c9be2a74d6c8e10";
const LONG = `https://my.home-assistant.io/redirect/oauth?code=${CODE}&state=${STATE}`;
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
  ])("%j", (pasted, code, state) => {
    expect(readRedirect(pasted, reader)).toEqual({ kind: "code", code, state });
  });

  const found = { kind: "code", code: CODE, state: STATE };

  test.each([
    ["spaces and line ends", `  ${LONG} \r\n\n`],
    ["quotes", `"${LONG}"`],
    ["single quotes", `'${LONG}'`],
    ["typographic quotes", `“${LONG}”`],
    ["German quotes", `„${LONG}“`],
    ["French quotes", `« ${LONG} »`],
    ["angle brackets", `<${LONG}>`],
    ["round brackets", `(${LONG})`],
    ["square brackets", `[${LONG}]`],
    ["curly brackets", `{${LONG}}`],
    ["backticks", `\`${LONG}\``],
    ["bold Markdown", `**${LONG}**`],
    ["italic Markdown", `_${LONG}_`],
    ["a Markdown link", `[${LONG}](${LONG})`],
    ["a Markdown link with words", `[Home Assistant](${LONG})`],
    ["an HTML link", `<a href="${LONG.replace("&", "&amp;")}">back</a>`],
    ["a sentence", `It says ${LONG}. What now?`],
    ["a sentence that ends", `${LONG}.`],
    ["a list", `- ${LONG},`],
    ["a signature", `${LONG}\n\nSent from my iPhone`],
    ["a signature on one line", `${LONG} Sent from my phone`],
    ["a signature that was glued to it", `${LONG}Sent from my phone`],
    ["words before", `Hi,\nhere is the address:\n${LONG}`],
    ["a word and a line end behind it", `${LONG}\nThanks`],
    ["a time behind it", `${LONG}\n12:34`],
    ["a code's name before it", `The code: ${LONG}`],
    ["another address before it", `https://cloud.test/help\n${LONG}`],
    ["another address behind it", `${LONG}\nhttps://example.test/?state=other`],
    ["the sign-in page before it", `${SIGN_IN_URL}\n${LONG}`],
  ])("with %s around it", (_, pasted) => {
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
    ["wrapped, a signature behind it", `${wrapped(64, "\n")}\n\nSent from my SM-G991B`],
    ["a line end in a parameter's name", LONG.replace("code", "co\nde").replace("state", "st\nate")],
    ["a line end before an equals sign", LONG.replace("code=", "code\n=")],
    ["the code last, and wrapped", `https://e.test/?state=${STATE}&code=${CODE.slice(0, 20)}\n${CODE.slice(20)}`],
    ["the code last, a word behind it", `https://e.test/?state=${STATE}&code=${CODE}\nThanks`],
    ["the code last, a signature behind it", `https://e.test/?state=${STATE}&code=${CODE} Sent from my phone`],
    ["encoded", encodeURIComponent(LONG)],
    ["encoded twice", twice(LONG)],
    ["encoded, with words", `see ${encodeURIComponent(LONG)} please`],
    ["its question mark encoded", LONG.replace("?", "%3F")],
    ["its ampersand encoded", LONG.replace("&", "%26")],
    ["its equals signs encoded", LONG.replaceAll("=", "%3D")],
    ["its values encoded twice", `https://e.test/?code=${twice(CODE)}&state=${twice(STATE)}`],
    ["inside another address", `https://www.example.test/url?q=${encodeURIComponent(LONG)}&sa=D`],
    ["as HTML", LONG.replace("&", "&amp;")],
    ["as HTML in HTML", LONG.replace("&", "&amp;amp;")],
    ["as HTML by numbers", LONG.replaceAll("&", "&#38;").replaceAll("=", "&#x3d;")],
    ["as HTML, then encoded", encodeURIComponent(LONG.replace("&", "&amp;"))],
    ["from a mail's source", `https://e.test/?code=3D${CODE.slice(0, 12)}=\n${CODE.slice(12)}&state=3D${STATE}`],
    ["as JSON", JSON.stringify({ code: CODE, state: STATE })],
    ["as JSON in lines", JSON.stringify({ state: STATE, code: CODE }, null, 2)],
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
  ])("a bare code %s", (_, pasted, code) => {
    expect(readRedirect(pasted, reader)).toEqual({ kind: "code", code, state: null });
  });
});

test("where a text can be read in several ways, a sign-in that is known decides", () => {
  const known = (state: string): RedirectReader => ({ ...reader, knowsState: (asked) => asked === state });
  const two = `https://e.test/?code=one&state=s1\nhttps://e.test/?code=two&state=s2`;
  expect(readRedirect(two, known("s1"))).toMatchObject({ code: "one" });
  expect(readRedirect(two, known("s2"))).toMatchObject({ code: "two" });
  const longer = `${STATE}-of-another-length`;
  expect(readRedirect(`?code=abc&state=${longer}`, known(longer))).toMatchObject({ state: longer });
});

describe("what holds no code is told as what it is", () => {
  test.each([
    ["", "empty"],
    [" \u{200b}\n", "empty"],
    ["https://example.test/callback", "no_code"],
    ["example.test/callback", "no_code"],
    ["https://example.test/callback?state=s1", "no_code"],
    ["https://example.test/callback?promo-code=s1&zipcode=2", "no_code"],
    ["?code=", "no_code"],
    ["two words", "no_code"],
    ["I pressed the button!", "no_code"],
    ["x".repeat(5000), "no_code"],
    [SIGN_IN_URL, "sign_in_page"],
    ["https://cloud.test/login/auth", "sign_in_page"],
    ["https://example.test/callback?code=abc12…", "cut_short"],
    ["https://example.test/callback?code=abc12...", "cut_short"],
    ["https://example.test/callback?code=ab—c12&state=s1", "altered"],
    ["https://example.test/callback?code=ab%C3%A4c&state=s1", "altered"],
  ])("%j: %s", (pasted, why) => {
    const reading = readRedirect(pasted, reader);
    expect(reading).toEqual({ kind: "unreadable", why });
    expect(redirectSentence(reading, "the cloud")).toMatch(/^[A-Z][^:]+: [^:]+\.$/);
  });
});

describe("an error of the cloud", () => {
  test.each([
    ["https://e.test/?error=access_denied&state=s1", "access_denied", "allow the access"],
    ["https://e.test/?error=access_denied&error_description=enter+code%3D123&state=s1", "access_denied", "allow"],
    ["https://e.test/#error=temporarily_unavailable&state=s1", "temporarily_unavailable", "wait a moment"],
    ["https://e.test/?error=invalid_client&state=s1", "invalid_client", "compare client id"],
    [encodeURIComponent("https://e.test/?error=access_denied&state=s1"), "access_denied", "allow"],
    ["“https://e.test/?state=s1&error=access_denied”\nSent from my phone", "access_denied", "allow"],
  ])("%s is told with what helps", (pasted, error, words) => {
    const reading = readRedirect(pasted, reader);
    expect(reading).toEqual({ kind: "refused", error, state: "s1" });
    expect(redirectSentence(reading, "the cloud")).toMatch(new RegExp(`^The cloud .*\\(${error}\\): .*${words}`));
  });

  test.each(["https://e.test/?error=<b>hello</b>", "https://e.test/?error_description=hello"])(
    "%s is never repeated when it has not the form of one",
    (pasted) => {
      const reading = readRedirect(pasted, reader);
      expect(reading.kind).not.toBe("code");
      expect(redirectSentence(reading, "the cloud")).not.toContain("hello");
    },
  );
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
