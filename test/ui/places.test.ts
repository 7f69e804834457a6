import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage, focused } from "./stage.ts";

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
    await expect.poll(() => page.getByRole("button", { name: "Cancel" }).count()).toBe(0);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Automations that use them stop working").waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No account yet").waitFor();
    await focused(page.getByText("Home was removed.")).waitFor();
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts/remove"]);
  });

  test("that were taken out of the configuration ask whether to keep or to remove them", async () => {
    const { page, gateway } = await stage.visit("left-options", "accounts");
    await page.getByText("Keep it here, or remove it?").waitFor();
    await page.getByText("Came from the configuration").waitFor();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("Automations that use them stop working").waitFor();
    await expect.poll(() => page.getByText("Keep it here, or remove it?").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(gateway.asked).toEqual([]);
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByText("Added on this page").waitFor();
    await page.getByRole("status").getByText("Home stays, and is changed on this page from now on.").waitFor();
    await expect.poll(() => page.getByText("Keep it here, or remove it?").count()).toBe(0);
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts/keep"]);
  });

  test("name who is signed in, and keep an ID of the cloud out of the way, to be copied", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts");
    await page.getByText("anna@example.com").waitFor();
    const [account] = gateway.picture.accounts;
    const cloud_user = "d3a04e5b1f7c4f0c9a6be2187c55f201";
    if (account) gateway.change({ accounts: [{ ...account, cloud_user }] });
    await expect.poll(() => page.getByText("anna@example.com").count()).toBe(0);
    await page.getByText("Signed in", { exact: true }).waitFor();
    await expect.poll(() => page.getByText(cloud_user).isVisible()).toBe(false);
    await page.getByText("IDs and addresses").click();
    await page.getByText(cloud_user).waitFor();
    await page.getByRole("button", { name: "Copy the user’s ID" }).waitFor();
    await page.getByRole("button", { name: "Copy the client ID" }).waitFor();
  });

  test("whose automatic refresh is off keep their countdown, with a warning", async () => {
    const { page } = await stage.visit("paused", "overview");
    await page.getByText("No refresh planned").waitFor();
    await page.getByText(/expires in 4d/).waitFor();
    await page.getByText("Automatic refresh is off").first().waitFor();
  });

  test("say when they are refreshed, and take another wish with what is allowed", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts");
    await page.getByText("At 70 to 90 % of the token's life", { exact: true }).waitFor();
    await page.getByText("Refresh settings", { exact: true }).click();
    await page.getByLabel("Refresh the token").selectOption("percent");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("A number from 1 to 50.").waitFor();
    await page.getByLabel("Percent of its life").fill("20");
    await expect.poll(() => page.getByText("A number from 1 to 50.").count()).toBe(0);
    await page.getByLabel("Percent of its life").fill("80");
    await page.getByText("A number from 1 to 50.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    expect(gateway.asked).toEqual([]);
    await page.getByLabel("Percent of its life").fill("20");
    await page.getByLabel("At least every … hours").fill("12");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Saved" }).waitFor();
    await page.getByText("When 20 % of the token's life is left, and at least every 12 h").waitFor();
    expect(gateway.asked).toEqual([
      {
        path: "/api/accounts/update",
        body: {
          account_id: gateway.picture.accounts[0]?.id,
          automatic_refresh: true,
          refresh_buffer_ms: null,
          refresh_buffer_share: 0.2,
          idle_interval_ms: 43_200_000,
        },
      },
    ]);
    await page.getByLabel("Refresh automatically").uncheck();
    await page.getByText("Nothing is refreshed until you press").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Only by hand").waitFor();
  });

  test("of the configuration are not asked on the page when to refresh", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts");
    const [account] = gateway.picture.accounts;
    if (account) gateway.change({ accounts: [{ ...account, owner: "options", refresh_buffer_ms: 1_800_000 }] });
    await page.getByText("30 min before the token ends").waitFor();
    await expect.poll(() => page.getByText("Refresh settings", { exact: true }).count()).toBe(0);
  });

  test("show since when they need somebody, and why", async () => {
    const { page } = await stage.visit("sign-in-needed", "accounts");
    await page.getByText("Needs attention since").waitFor();
    await page.getByText("The cloud ended the sign-in.").first().waitFor();
  });

  test("show the history of their tokens", async () => {
    const { page } = await stage.visit("all-well", "accounts");
    await page.getByText("History", { exact: true }).click();
    await page.getByText("The U-tec cloud is busy (503)").waitFor();
  });
});

describe("the log", () => {
  test("keeps its lines without the gateway, also if it is left and opened again, and says nothing is missing", async () => {
    const { page, gateway } = await stage.visit("all-well", "log");
    const lines = page.getByRole("list", { name: "Log lines" }).getByRole("listitem");
    await expect.poll(() => lines.count()).toBeGreaterThan(2);
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").first().waitFor();
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await expect.poll(() => lines.count()).toBeGreaterThan(2);
    await expect.poll(() => page.getByText("Nothing at this level yet.").count()).toBe(0);
  });

  test("that was never read is not said to be empty", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").first().waitFor();
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await page.getByText("Not loaded yet.").waitFor();
  });

  test("can be filtered and downloaded", async () => {
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
