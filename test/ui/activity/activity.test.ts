import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { anEntry } from "../../activity/house.ts";
import { PageStage } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const rows = (page: Page): Locator => page.locator("utec-timeline li");
const show = (page: Page, what: string): Promise<void> => page.getByRole("link", { name: what, exact: true }).click();

describe("the activity", () => {
  test("tells of doors and tokens who asked for what, and what became of it", async () => {
    const { page } = await stage.visit("outcomes", "activity");
    for (const sentence of [
      "Garden gate · Opened by hand or code seen in a poll",
      "Front door · Unlocked from Home Assistant by Anna confirmed in 2.1s",
    ]) {
      await rows(page).filter({ hasText: sentence }).first().waitFor();
    }
    await page.getByText("Unlocking through the API was replaced by a newer command").waitFor();
    await page.getByText("Front door is in passage mode, in which it ignores this.").waitFor();
    await page.getByText("Unlocking from this page by Anna did not reach it: it is offline").waitFor();
    await page.getByText("Unlocking from Home Assistant by the automation Welcome home was not confirmed").waitFor();
    await page.getByText("Opened, as asked from Home Assistant by the automation Welcome home").waitFor();
    await page.getByText("Mode set to normal mode from Home Assistant").waitFor();
    await page.getByText("Battery at 30%, was 50%").waitFor();
  });

  test("tells a confirmed command once, not again as the change that it made", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await rows(page).filter({ hasText: "Unlocked from Home Assistant by Anna" }).waitFor();
    await expect.poll(() => page.getByText("as asked from Home Assistant").count()).toBe(0);
  });

  test.for([
    ["Commands", "Locked from this page by Anna", "Door closed"],
    ["Changes", "Door closed", "The token was refreshed."],
    ["Tokens", "The token was refreshed.", "Door closed"],
    ["Trouble", "was not confirmed", "Door closed"],
  ] as const)("shows only “%s” when asked, by an address that can be kept", async ([what, there, gone]) => {
    const { page, url } = await stage.visit("all-well", "activity");
    await show(page, what);
    await rows(page).filter({ hasText: there }).first().waitFor();
    await expect.poll(() => page.getByText(gone).count()).toBe(0);
    expect(page.url()).toBe(`${url}#/activity?show=${what.toLowerCase()}`);
    await page.reload();
    await rows(page).filter({ hasText: there }).first().waitFor();
    await expect.poll(() => page.getByText(gone).count()).toBe(0);
  });

  test("shows one door, and from its card at once", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.getByRole("link", { name: "All activity of Garden gate" }).click();
    await rows(page).filter({ hasText: "Battery at 30%" }).waitFor();
    await expect.poll(() => rows(page).filter({ hasText: "Front door" }).count()).toBe(0);
    await expect.poll(() => page.getByLabel("Of").inputValue()).toBe("device AA:BB:CC:00:00:02");
    await page.getByLabel("Of").selectOption("Front door");
    await rows(page).filter({ hasText: "Front door" }).first().waitFor();
    await expect.poll(() => rows(page).filter({ hasText: "Garden gate" }).count()).toBe(0);
  });

  test("shows the tokens of one account", async () => {
    const { page } = await stage.visit("all-well", "activity");
    await page.getByLabel("Of").selectOption("Home");
    await expect.poll(() => rows(page).filter({ hasText: "Door" }).count()).toBe(0);
    await page.getByText("The token was refreshed.").first().waitFor();
  });

  test("goes back to the first day of the log, a page at a time, with no gap between doors and tokens", async () => {
    const { page } = await stage.visit("all-well", "activity");
    const older = page.getByRole("button", { name: "Load older" });
    await older.waitFor();
    // Tokens from before the oldest entry that was read would hide what lies between.
    const tokensAtFirst = await rows(page).filter({ hasText: "The token was refreshed." }).count();
    for (let pages = 0; (await older.count()) > 0 && pages < 10; pages += 1) {
      const before = await rows(page).count();
      await older.click();
      await expect.poll(() => rows(page).count()).toBeGreaterThan(before);
    }
    await page.getByText("Found in the account").first().waitFor();
    await expect.poll(() => rows(page).filter({ hasText: "Door opened" }).count()).toBe(130);
    await expect
      .poll(() => rows(page).filter({ hasText: "The token was refreshed." }).count())
      .toBeGreaterThan(tokensAtFirst);
  });

  test("grows by what happens, where it passes the filter", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity?show=changes");
    await rows(page).first().waitFor();
    const about = { device_id: "AA:BB:CC:00:00:01", device_name: "Front door", at: Date.now() };
    gateway.happen(
      anEntry({ ...about, kind: "device_unavailable", value: null, from: null, to: "offline", cause: null }),
      anEntry({ ...about, to: "jammed" }),
    );
    await expect.poll(() => rows(page).first().textContent()).toContain("Jammed");
    await rows(page).filter({ hasText: "Went offline" }).waitFor();
    await show(page, "Tokens");
    gateway.happen(anEntry({ ...about, to: "unknown" }));
    await page.getByText("The token was refreshed.").first().waitFor();
    await expect.poll(() => page.getByText("does not know any more").count()).toBe(0);
  });

  test("reads again what it missed while the gateway did not answer", async () => {
    const { page, gateway } = await stage.visit("all-well", "activity");
    await rows(page).first().waitFor();
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    const about = { device_id: "AA:BB:CC:00:00:01", device_name: "Front door", at: Date.now() };
    gateway.happen(anEntry({ ...about, to: "jammed" }));
    gateway.restoreFeed();
    await rows(page).filter({ hasText: "Jammed" }).waitFor();
  });

  test("says once that nothing can be read, and not that nothing happened", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const problem = { status: 503, code: "store_failed", detail: "The gateway did not answer." };
    for (const path of ["/api/activity", "/api/accounts/events"]) gateway.problems.set(path, problem);
    await show(page, "Activity");
    await page.getByRole("alert").getByText(problem.detail).waitFor();
    await expect.poll(() => page.getByText(problem.detail).count()).toBe(1);
    await show(page, "Commands");
    await page.getByText("Not loaded yet.").waitFor();
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    await expect.poll(() => page.getByText(problem.detail).count()).toBe(0);
  });

  test("says what went wrong when the log cannot be read, and shows the tokens all the same", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const detail = "The activity log can't be read (SQLITE_IOERR): check its disk.";
    gateway.problems.set("/api/activity", { status: 503, code: "store_failed", detail });
    await show(page, "Activity");
    await page.getByRole("alert").getByText(detail).waitFor();
    await page.getByText("The token was refreshed.").first().waitFor();
    gateway.problems.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await rows(page).filter({ hasText: "Door closed" }).first().waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });
});
