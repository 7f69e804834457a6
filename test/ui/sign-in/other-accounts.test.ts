import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { otherAccounts } from "../../../ui/mock/clouds/accounts.ts";
import { PageStage } from "../stage.ts";
import { field, place } from "./form.ts";

let stage: PageStage;

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

  test("a static token offers no refresh", async () => {
    const { page } = await stage.visit("other-clouds", "accounts");
    const panel = page.locator("utec-account-panel", { hasText: "Static token" });
    await panel.getByText("Cloud", { exact: true }).waitFor();
    expect(await panel.getByRole("button", { name: "Refresh now" }).count()).toBe(0);
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
