import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { INGRESS, aStage } from "../stage.ts";

/** The wizard's last step. */
const FOUND = `#/accounts/sign-in?step=found&account=home`;
const CALLBACK = "/oauth/callback?code=4711&state=abc";

test("a sign-in ends back on the page, by a way that holds under any prefix", async () => {
  const { ask, desk, port } = await aStage();
  const { status, headers, text } = await ask(CALLBACK);
  expect([status, headers.location, text]).toEqual([303, `./../${FOUND}`, ""]);
  expect(desk.exchanged).toEqual([{ callback_url: `http://127.0.0.1:${port}${CALLBACK}`, account_id: undefined }]);
  const seen = "https://home.example/api/hassio_ingress/token/oauth/callback?code=4711";
  expect(new URL(headers.location ?? "", seen).href).toBe(`https://home.example/api/hassio_ingress/token/${FOUND}`);
});

test("the cloud's redirect needs no origin, for it comes from another site", async () => {
  const { ask } = await aStage({ ingressPeer: INGRESS });
  const headers = { "sec-fetch-site": "cross-site", referer: "https://cloud.example/" };
  expect((await ask(CALLBACK, { headers })).status).toBe(303);
  expect((await ask(CALLBACK, { headers, from: INGRESS })).status).toBe(303);
});

test("what went wrong is a page to read, with a way back", async () => {
  const { ask, desk } = await aStage();
  desk.fault = new Problem("callback_of_another_sign_in", 'This is not "the" <b>last</b> sign-in: begin again.');
  const { status, headers, text } = await ask(CALLBACK);
  expect([status, headers["content-type"]]).toEqual([409, "text/html; charset=utf-8"]);
  expect(text).toContain("This is not &#34;the&#34; &#60;b&#62;last&#60;/b&#62; sign-in: begin again.");
  expect(text).toContain(
    '<a class="button" href="./../#/accounts/sign-in?step=sign-in&#38;failed=callback_of_another_sign_in">',
  );
  // A plain page, whose links don't say the code in their `Referer`.
  expect(text).toContain("<title>Not signed in · U-tec Gateway</title>");
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers["referrer-policy"]).toBe("no-referrer");
});

test.each([
  ["client_refused", "", "step=credentials&account=a-1&failed=client_refused"],
  ["sign_in_refused", "error=access_denied", "step=sign-in&account=a-1&failed=sign_in_refused&error=access_denied"],
  [
    "sign_in_refused",
    "error=redirect_uri_mismatch",
    "step=credentials&account=a-1&failed=sign_in_refused&error=redirect_uri_mismatch",
  ],
  ["sign_in_refused", "error=<b>Buy+this</b>", "step=sign-in&account=a-1&failed=sign_in_refused"],
  ["code_refused", "", "step=sign-in&account=a-1&failed=code_refused"],
  ["cloud_unreachable", "", "step=sign-in&account=a-1&failed=cloud_unreachable"],
  ["other_user", "", "step=sign-in&account=a-1&failed=other_user"],
] as const)("%s (%s) leads a browser into the wizard, at the step that helps", async (code, query, place) => {
  const { ask, desk } = await aStage();
  const fail = (): void => {
    desk.fault = new Problem(code, "It went wrong: try again.", { account_id: "a-1" });
  };
  fail();
  const path = `${CALLBACK}${query === "" ? "" : `&${query}`}`;
  const way = `./../#/accounts/sign-in?${place}`;
  const { status, headers } = await ask(path, { headers: { accept: "text/html", "sec-fetch-mode": "navigate" } });
  expect([status, headers.location]).toEqual([303, way]);
  fail();
  expect((await ask(path)).text).toContain(`<a class="button" href="${way.replaceAll("&", "&#38;")}">`);
});

test.each([
  ["de-AT,de;q=0.9,en;q=0.5", "de", "Nicht angemeldet", "Beginne die Anmeldung noch einmal."],
  ["pt-BR", "pt-BR", "Login não feito", "comece o login de novo."],
  ["ja, en;q=0.5", "en", "Not signed in", "begin again."],
])("to who reads %s it is %s", async (acceptLanguage, lang, title, words) => {
  const { ask, desk } = await aStage();
  desk.fault = new Problem("callback_of_another_sign_in", "This is not the last sign-in: begin again.");
  const { headers, text } = await ask(CALLBACK, { headers: { "accept-language": acceptLanguage } });
  expect(headers["content-language"]).toBe(lang);
  expect(text).toContain(`<html lang="${lang}">`);
  expect(text).toContain(`<h1>${title}</h1>`);
  expect(text).toContain(words);
});

test("where the page is built its look is taken, from where it lies under any prefix", async () => {
  const { ask, desk, pageFolder } = await aStage();
  writeFileSync(
    join(pageFolder, "sign-in-failed.html"),
    '<link rel="stylesheet" href="./assets/a.css"><p>{{sentence}}</p><a href="{{way}}">{{words}}</a>',
  );
  desk.fault = new Problem("code_refused", "$& {{way}}: try again.");
  expect((await ask(CALLBACK)).text).toBe(
    '<link rel="stylesheet" href="./../assets/a.css"><p>$& {{way}}: try again.</p><a href="./../#/accounts/sign-in?step=sign-in&failed=code_refused">Sign in again</a>'.replaceAll(
      "&",
      "&#38;",
    ),
  );
});

test("a bug says nothing of itself on that page, and is logged", async () => {
  const { ask, desk, sink } = await aStage();
  desk.fault = new TypeError("internal affairs");
  const { status, text } = await ask(CALLBACK);
  expect([status, text.includes("affairs")]).toEqual([500, false]);
  expect(sink.tail("error")).toMatchObject([{ part: "http", fields: { error: { message: "internal affairs" } } }]);
});

test("a look ahead does not use up the code", async () => {
  const { ask, desk } = await aStage();
  expect((await ask(CALLBACK, { method: "HEAD" })).status).toBe(405);
  expect((await ask(CALLBACK, { method: "POST", body: {} })).status).toBe(405);
  expect(desk.exchanged).toEqual([]);
});
