import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("the accounts", () => {
  test("ask once before signing out, and say what is lost", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("until somebody signs in again").waitFor();
    expect(gateway.asked).toEqual([]);
    // Who uses the keyboard is where the question is.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("button", { name: "Keep it" }).count()).toBe(0);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Automations that use them stop working").waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No account yet").waitFor();
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts/remove"]);
  });

  test("show the history of their tokens", async () => {
    const { page } = await stage.visit("all-well", "accounts");
    await page.getByText("History", { exact: true }).click();
    await page.getByText("The cloud answered 503; tried again.").waitFor();
  });
});

describe("activity and log", () => {
  test("activity shows doors and tokens, and only trouble when asked", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await page.getByText("Unlocked by Anna in Home Assistant").waitFor();
    await page.getByText("The token was refreshed.").first().waitFor();
    await page.getByRole("button", { name: "Trouble" }).click();
    await expect.poll(() => page.getByText("The token was refreshed.").count()).toBe(0);
    await page.getByText("was not confirmed").waitFor();
  });

  test("the log can be filtered and downloaded", async () => {
    const { page } = await stage.visit("all-well", "log");
    await page.getByText("The gateway is ready.").waitFor();
    await page.getByLabel("From level").selectOption("error");
    await expect.poll(() => page.getByText("The gateway is ready.").count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toMatch(/ERROR utec: Garden gate did not confirm/);
  });
});
