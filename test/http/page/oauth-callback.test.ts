import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { INGRESS, aStage } from "../stage.ts";

const CALLBACK = "/oauth/callback?code=4711&state=abc";

test("a sign-in ends back on the page, by a way that holds under any prefix", async () => {
  const { ask, desk, port } = await aStage();
  const { status, headers, text } = await ask(CALLBACK);
  expect([status, headers.location, text]).toEqual([303, "./../#/accounts", ""]);
  expect(desk.exchanged).toEqual([{ callback_url: `http://127.0.0.1:${port}${CALLBACK}`, account_id: undefined }]);
  const seen = "https://home.example/api/hassio_ingress/token/oauth/callback?code=4711";
  expect(new URL(headers.location ?? "", seen).href).toBe("https://home.example/api/hassio_ingress/token/#/accounts");
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
  expect(text).toContain('<a class="button" href="./../#/accounts">');
  // A plain page, whose links don't say the code in their `Referer`.
  expect(text).toContain("<title>Not signed in · U-tec Gateway</title>");
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers["referrer-policy"]).toBe("no-referrer");
});

test.each([
  ["client_refused", "./../#/accounts/sign-in?step=credentials&#38;account=a-1"],
  ["sign_in_refused", "./../#/accounts/sign-in?step=sign-in&#38;account=a-1"],
  ["code_refused", "./../#/accounts/sign-in?step=sign-in&#38;account=a-1"],
  ["cloud_unreachable", "./../#/accounts/sign-in?step=sign-in&#38;account=a-1"],
  ["other_user", "./../#/accounts"],
] as const)("%s leads to the step that helps", async (code, way) => {
  const { ask, desk } = await aStage();
  desk.fault = new Problem(code, "It went wrong: try again.", { account_id: "a-1" });
  expect((await ask(CALLBACK)).text).toContain(`<a class="button" href="${way}">`);
});

test("where the page is built its look is taken, from where it lies under any prefix", async () => {
  const { ask, desk, pageFolder } = await aStage();
  writeFileSync(
    join(pageFolder, "sign-in-failed.html"),
    '<link rel="stylesheet" href="./assets/a.css"><p>{{sentence}}</p><a href="{{way}}">{{words}}</a>',
  );
  desk.fault = new Problem("code_refused", "$& {{way}}: try again.");
  expect((await ask(CALLBACK)).text).toBe(
    '<link rel="stylesheet" href="./../assets/a.css"><p>$& {{way}}: try again.</p><a href="./../#/accounts">Go to accounts</a>'.replace(
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
