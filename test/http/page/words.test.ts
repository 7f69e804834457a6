import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { spokenTo } from "../../../src/http/page/words/words.ts";
import { LANGUAGES } from "../../../ui/src/words/language/languages.ts";
import { aStage } from "../stage.ts";

const BROWSER = { accept: "text/html", "sec-fetch-mode": "navigate" };

test.each([
  [undefined, "en"],
  ["", "en"],
  ["de", "de"],
  ["de-CH;q=0.8, fr;q=0.9", "fr"],
  ["PT-pt", "pt-BR"],
  ["ja,*;q=0.1", "en"],
  ["pl;q=0, nl;q=0.1", "nl"],
  ["it;q=soon, es", "es"],
  [`${"xx,".repeat(5000)}de`, "en"],
])("Accept-Language %j is spoken to in %s", (wished, lang) => {
  expect(spokenTo(wished).lang).toBe(lang);
});

test("the server's own pages speak every language of the built page, each in words of its own", () => {
  const english = Object.entries(spokenTo("en").words);
  for (const language of LANGUAGES) {
    const { lang, words } = spokenTo(language);
    expect(lang).toBe(language);
    const left = english.filter(([name, text]) => words[name as keyof typeof words] === text).map(([name]) => name);
    // One word may well be the same in two languages.
    expect(language === "en" ? [] : left.filter((name) => name !== "password"), language).toEqual([]);
  }
});

test("who comes without leave is told in their language why, and who gives a wrong password", async () => {
  const closed = await aStage();
  const headers = { ...BROWSER, "x-forwarded-for": "203.0.113.9", "accept-language": "de" };
  const refused = await closed.ask("/", { headers });
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("Setze UTEC_GATEWAY_PASSWORD")]);
  const open = await aStage({ password: "a good password" });
  const form = await open.ask("/login", { headers: { ...BROWSER, "accept-language": "de" } });
  expect(form.text).toContain("<h1>Einloggen</h1>");
  const wrong = await open.ask("/login", {
    method: "POST",
    body: "password=a+guess",
    headers: {
      "accept-language": "de",
      "content-type": "application/x-www-form-urlencoded",
      origin: `http://127.0.0.1:${open.port}`,
    },
  });
  expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining("Das Passwort ist falsch")]);
});

test("who follows an address that there is not is led to the page, by a way that holds under any prefix", async () => {
  const { ask } = await aStage();
  const { status, headers, text } = await ask("/old/page", { headers: BROWSER });
  expect([status, headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
  expect(text).toContain('<a class="button" href="./../">Open the gateway</a>');
  // Programs are told as ever.
  expect((await ask("/api/nothing", { headers: BROWSER })).json?.["code"]).toBe("not_found");
});

test("the icon on the server's own pages is the page's", () => {
  const icon = readFileSync(new URL("../../../ui/public/icon.svg", import.meta.url), "utf8");
  const page = readFileSync(new URL("../../../src/http/page/plain-page.ts", import.meta.url), "utf8");
  expect(page).toContain(/ d="([^"]+)"/.exec(icon)?.[1]);
});
