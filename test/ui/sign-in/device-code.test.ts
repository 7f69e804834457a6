import type { BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { codeAccount, deviceCode, withToken } from "../../../ui/mock/clouds/accounts.ts";
import type { AccountState } from "../../../src/keeper/account-state.ts";
import { PageStage, focused } from "../stage.ts";
import type { Visit } from "../stage.ts";
import { fill, place } from "./form.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("a sign-in on another device", () => {
  test("signs in on another device: the code, its picture, and on by itself", async () => {
    const { page, gateway, complaints } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=yoto");
    await fill(page, "Client ID", "sKm3nE1vG0k");
    await fill(page, "Refresh token (optional)", "");
    await page.getByText("WDJB-MJHT").waitFor();
    await page.getByRole("img", { name: /^QR code of https:\/\/login\.example\/activate\?user_code/ }).waitFor();
    const link = page.getByRole("link", { name: "login.example/activate" });
    expect(await link.getAttribute("href")).toBe("https://login.example/activate?user_code=WDJB-MJHT");
    await page.getByText(/valid for another 4m 5\d/).waitFor();
    const [account] = gateway.picture.accounts;
    if (account !== undefined) gateway.change({ accounts: [withToken(account, Date.now())] });
    await page.getByText("Signed in; the token lives 1").waitFor();
    await page.getByText("a sign-in that is kept alive while nobody plays").waitFor();
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts", "/api/accounts/device-code"]);
    expect(complaints).toEqual([]);
  });

  test("shows the code that is under way after a reload, and asks for no other", async () => {
    const { page, gateway } = await codePage();
    await page.reload();
    await page.getByText("WDJB-MJHT").waitFor();
    expect(gateway.asked).toEqual([]);
  });

  test("tells the time that is left in the language of the sentence, whoever reads it", async () => {
    const { page } = await codePage({ locale: "de-DE" });
    await page.getByText(/Der Code ist noch 4.Min 5\d.Sek gültig\. Diese Seite/).waitFor();
  });

  test("copies the code", async () => {
    const { page } = await codePage({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy the code" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("WDJB-MJHT");
  });

  test("says so where the browser does not let it copy", async () => {
    const { page } = await codePage();
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))");
    await page.evaluate("document.execCommand = () => false");
    await page.getByRole("button", { name: "Copy the code" }).click();
    await page.getByText("select the text and copy it").waitFor();
    await focused(page.getByRole("button", { name: "Copy the code" })).waitFor();
  });

  test.for([
    ["access_denied", "refused on the other device"],
    ["expired_token", "expired before anybody entered it"],
  ] as const)("%s ends in words, and a new code is one click away", async ([code, words]) => {
    const { page, gateway } = await codePage();
    await page.getByText("WDJB-MJHT").waitFor();
    const now = Date.now();
    const account: AccountState = {
      ...codeAccount(now),
      device_code: null,
      // As the gateway leaves it: its health is what it was, and its history says why.
      recent: [{ at: now, kind: "failed", generation: 0, class: "dead_grant", code, message: code }],
    };
    gateway.change({ accounts: [account] });
    await page.getByText(words).waitFor();
    await page.getByRole("button", { name: "Get a new code" }).click();
    await page.getByText("WDJB-MJHT").waitFor();
  });

  test("a code whose time is over is shown no longer, whatever the gateway says", async () => {
    const { page, gateway } = await codePage();
    const now = Date.now();
    const account: AccountState = { ...codeAccount(now), device_code: { ...deviceCode(now), expires_at: now + 2000 } };
    gateway.change({ accounts: [account] });
    await page.getByText("expired before anybody entered it").waitFor();
    await expect.poll(() => page.getByText("WDJB-MJHT").count()).toBe(0);
  });

  test("says why no code could be had, and asks again", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=yoto");
    const detail = "The cloud does not know this client id.";
    gateway.problems.set("/api/accounts/device-code", { status: 422, code: "client_refused", detail });
    await fill(page, "Client ID", "sKm3nE1vG0k");
    await fill(page, "Refresh token (optional)", "");
    await page.getByText(detail).waitFor();
    gateway.problems.clear();
    await page.getByRole("button", { name: "Get a new code" }).click();
    await page.getByText("WDJB-MJHT").waitFor();
  });

  test("is seen to be under way by who may not act, without its code", async () => {
    const { page, gateway, url } = await codePage();
    await page.getByText("WDJB-MJHT").waitFor();
    gateway.become("unconfirmed");
    await page.getByText("Its code is for administrators.").waitFor();
    await expect.poll(() => page.getByText("WDJB-MJHT").count()).toBe(0);
    gateway.become("administrator");
    await page.getByText("WDJB-MJHT").waitFor();
    expect(gateway.asked).toEqual([]);
    gateway.become("member");
    await page.goto(`${url}#/accounts`);
    await page.getByText(/on another device; its code ends in 4m/).waitFor();
  });

  function codePage(options: BrowserContextOptions = {}): Promise<Visit> {
    return stage.visit("device-code", place("sign-in", codeAccount(0)), options);
  }
});
