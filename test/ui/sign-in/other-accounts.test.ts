import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account-state.ts";
import { otherAccounts } from "../../../ui/mock/clouds/accounts.ts";
import { PageStage } from "../stage.ts";
import { description, field, place } from "./form.ts";

let stage: PageStage;

/** An account of a login. */
function pump(): AccountState {
  const account = otherAccounts(0).find(({ provider }) => provider === "login");
  if (account === undefined) throw new Error("There is no account of a login.");
  return account;
}

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("accounts of other clouds", () => {
  test("stand on the overview with the life of their tokens, and no lock is missed", async () => {
    const { page } = await stage.visit("other-clouds", "overview");
    await page.getByText("4 tokens are kept alive").waitFor();
    await expect.poll(() => page.locator("utec-token-life").count()).toBe(4);
    await expect.poll(() => page.getByText("Your locks appear here").count()).toBe(0);
    await page.getByText("Login · Refreshed").waitFor();
  });

  test("have settings, history and health, and nothing of the app with the locks", async () => {
    const { page } = await stage.visit("other-clouds", "accounts");
    const panel = page.locator("utec-account-panel", { hasText: "Heat pump" });
    await panel.getByText("Login", { exact: true }).waitFor();
    expect(await panel.getByText("Redirect URI").count()).toBe(0);
    expect(await panel.getByText("Sign in again").count()).toBe(0);
    await panel.getByText("History", { exact: true }).click();
    await panel.getByText("Signed in.").waitFor();
    await panel.getByRole("button", { name: "Sign out" }).click();
    await panel.getByText("Nobody gets a token of it").waitFor();
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByRole("link", { name: "Settings" }).click();
    await field(page, "User name").waitFor();
  });

  test("say when their tokens are refreshed, as their cloud needs it", async () => {
    const { page } = await stage.visit("other-clouds", "accounts");
    const watttime = page.locator("utec-account-panel", { hasText: "WattTime" });
    await watttime.getByText("5 min before the token ends", { exact: true }).waitFor();
    await watttime.getByText("Refresh settings").click();
    const usual = watttime.getByRole("option", { name: "5 min before the token ends (recommended)" });
    await expect.poll(() => usual.count()).toBe(1);
    await watttime.getByText("Empty: no more often than that.").waitFor();
    const yoto = page.locator("utec-account-panel", { hasText: "Yoto" });
    await yoto.getByText("At 70 to 90 % of the token's life, and at least every 12 h").waitFor();
    await yoto.getByText("Refresh settings").click();
    await yoto.getByText("Empty: every 12 hours, as its cloud needs it.").waitFor();
  });

  test("are changed in a form that shows what is stored, and of a secret that it is; only what differs is sent", async () => {
    const { page, gateway } = await stage.visit("other-clouds", place("details", pump()));
    await expect.poll(() => field(page, "Login's address").inputValue()).toBe("https://api.example.com");
    expect(await field(page, "User name").inputValue()).toBe("anna@example.com");
    expect(await field(page, "Password").inputValue()).toBe("");
    expect(await description(page, "Password")).toMatch(/Stored, and not shown again: leave it empty to keep it\./);
    await field(page, "User name").fill("berta@example.com");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Signed in; the token lives 2").waitFor();
    const { id: account_id } = pump();
    expect(gateway.asked).toEqual([
      { path: "/api/accounts/update", body: { account_id, username: "berta@example.com" } },
    ]);
  });

  test("that nothing was changed of are not asked for anything", async () => {
    const { page, gateway } = await stage.visit("other-clouds", place("details", pump()));
    await field(page, "User name").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Signed in; the token lives 2").waitFor();
    expect(gateway.asked).toEqual([]);
  });

  test("can't be saved without what they need", async () => {
    const { page, gateway } = await stage.visit("other-clouds", place("details", pump()));
    await field(page, "Login's address").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => description(page, "Login's address")).toContain("is needed");
    expect(gateway.asked).toEqual([]);
  });

  test("whose settings can't be had are not changed blindly, and asked for again", async () => {
    const { page, gateway } = await stage.visit("other-clouds", "accounts");
    const detail = "The gateway is starting.";
    gateway.problems.set("/api/accounts/settings", { status: 503, code: "internal", detail });
    await page.goto(`${page.url().split("#")[0] ?? ""}#/${place("details", pump())}`);
    await page.getByText(detail).waitFor();
    expect(await field(page, "User name").count()).toBe(0);
    gateway.problems.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => field(page, "User name").inputValue()).toBe("anna@example.com");
  });

  test("a static token offers no refresh", async () => {
    const { page } = await stage.visit("other-clouds", "accounts");
    const panel = page.locator("utec-account-panel", { hasText: "Static token" });
    await panel.getByText("Cloud", { exact: true }).waitFor();
    expect(await panel.getByRole("button", { name: "Refresh now" }).count()).toBe(0);
  });

  test("that somebody signed in on another device can be signed in there again, however many ways their cloud has", async () => {
    const [account] = otherAccounts(Date.now());
    if (account === undefined) throw new Error("There is no such account.");
    const { page, gateway } = await stage.visit("other-clouds", "accounts");
    gateway.change({ accounts: [{ ...account, provider: "oauth2", name: "Films", grant: "device_code" }] });
    const panel = page.locator("utec-account-panel", { hasText: "Films" });
    await panel.getByRole("link", { name: "Sign in again" }).click();
    await page.getByRole("heading", { name: "Sign in on another device" }).waitFor();
  });

  test("that need nobody are signed in by the gateway, whatever their cloud's other accounts need", async () => {
    const [account] = otherAccounts(Date.now());
    if (account === undefined) throw new Error("There is no such account.");
    const machine: AccountState = {
      ...account,
      provider: "oauth2",
      grant: "client_credentials",
      redirect_uri: "https://example.com/callback",
      status: "sign_in_needed",
      reason: "signed_out",
      obtained_at: null,
      token_usable: false,
    };
    const { page, gateway } = await stage.visit("other-clouds", "overview");
    gateway.change({ accounts: [machine] });
    await page.goto(`${page.url().split("#")[0] ?? ""}#/${place("sign-in", machine)}`);
    await page.getByRole("heading", { name: "The first sign-in" }).waitFor();
    await page.getByText("Nobody is signed in.").waitFor();
  });

  test("of a kind that the gateway does not know are said to be so", async () => {
    const [account] = otherAccounts(Date.now());
    const { page, gateway } = await stage.visit("other-clouds", place("sign-in", account));
    if (account !== undefined) gateway.change({ accounts: [{ ...account, provider: "later", grant: null }] });
    await page.getByText("This gateway knows no such cloud.").waitFor();
  });

  test("of the options are changed there", async () => {
    const [, account] = otherAccounts(Date.now());
    const { page, gateway } = await stage.visit("other-clouds", "accounts");
    if (account !== undefined) gateway.change({ accounts: [{ ...account, owner: "options" }] });
    const panel = page.locator("utec-account-panel", { hasText: "WattTime" });
    await panel.getByText("Set in the configuration tab").waitFor();
    await panel.getByRole("link", { name: "Settings" }).click();
    await page.getByText("its values are changed there").waitFor();
  });

  test("whose account was removed meanwhile is said to be gone, and nothing is added in its place", async () => {
    const [, account] = otherAccounts(Date.now());
    const { page, gateway } = await stage.visit("other-clouds", place("details", account));
    await field(page, "Password").fill("hunter2");
    gateway.change({}, { accounts: [account?.id ?? ""] });
    await page.getByText("This account no longer exists.").waitFor();
    expect(gateway.asked).toEqual([]);
  });
});
