import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { frontDoor, gardenGate } from "../../../ui/mock/devices.ts";
import { PageStage, focused } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("the ribbon of a door", () => {
  test("has thirty days, each of which says in words what it shows and leads to its activity", async () => {
    const { page } = await stage.visit("all-well", "overview", { viewport: { width: 1100, height: 2600 } });
    const ribbon = page.getByRole("list", { name: "The last 30 days of Front door" });
    const days = ribbon.getByRole("link");
    await expect.poll(() => days.count()).toBe(30);
    const day = days.nth(20);
    expect(await day.getAttribute("aria-label")).toMatch(
      /: .*locked .*h.*changes\. Last: Locked at .*, by Lock at night\./,
    );
    expect(await day.getAttribute("href")).toMatch(
      /^#\/activity\?device=AA%3ABB%3ACC%3A00%3A00%3A01&day=\d{4}-\d\d-\d\d$/,
    );
    await day.hover();
    const told = page.locator("utec-door-ribbon").first().locator(".told");
    await expect.poll(() => told.innerText()).toBe(await day.getAttribute("aria-label"));
  });

  test("is one stop for Tab, and arrow keys go from day to day", async () => {
    const { page } = await stage.visit("all-well", "overview", { viewport: { width: 1100, height: 2600 } });
    const days = page.getByRole("list", { name: "The last 30 days of Front door" }).getByRole("link");
    await days.last().focus();
    await page.keyboard.press("ArrowLeft");
    expect(await focused(days.nth(28)).count()).toBe(1);
    await page.keyboard.press("Home");
    expect(await focused(days.first()).count()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await focused(days).count()).toBe(0);
  });

  test("says so where it cannot be read", async () => {
    const { page, gateway } = await stage.visit("all-well", "accounts", { viewport: { width: 1100, height: 2600 } });
    gateway.problems.set("/api/history/doors", { status: 503, code: "store_failed", detail: "No." });
    await page.evaluate("location.hash = '#/overview'");
    await page.getByText("The last days could not be read.").first().waitFor();
  });

  test("is read again when the bolt has turned", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview", { viewport: { width: 1100, height: 2600 } });
    await page.getByRole("list", { name: "The last 30 days of Front door" }).waitFor();
    const asked = page.waitForRequest((request) =>
      request.url().includes("history/doors?device_id=AA%3ABB%3ACC%3A00%3A00%3A01"),
    );
    gateway.change({ devices: [{ ...frontDoor(Date.now()), lock_state: "unlocked" }] });
    await asked;
  });
});

describe("the battery", () => {
  test("has the day on which it is likely to be empty, or says that it is not known yet", async () => {
    const { page } = await stage.visit("all-well", "overview", { viewport: { width: 1100, height: 2600 } });
    await page.getByText(/The battery is likely to last until \w+ \d{4}\./).waitFor();
    await page.getByText(/Battery life is not known yet: too few readings\./).waitFor();
  });
});

describe("the lane of a token", () => {
  test("tells an outage as one, with its tries", async () => {
    const { page } = await stage.visit("all-well", "overview");
    const days = page.getByRole("list", { name: "The last 30 days of the token of Home" }).getByRole("link");
    await expect.poll(() => days.count()).toBe(30);
    const words = await days.evaluateAll((links) => links.map((link) => link.getAttribute("aria-label") ?? ""));
    expect(words.filter((one) => /Outage from .* to .*: 61 tries\./.test(one)).length).toBeGreaterThan(1);
  });

  test("and the row of marks has one mark for all tries of an outage", async () => {
    const { page } = await stage.visit("retrying", "overview");
    const marks = page.locator("utec-token-marks button");
    expect(await marks.last().getAttribute("aria-label")).toMatch(/^Retried, from .*, 3 tries$/);
  });
});

describe("the path", () => {
  test("is one line without a button where all is well", async () => {
    const { page } = await stage.visit("all-well", "overview");
    const path = page.getByRole("region", { name: "The way from Home Assistant to the locks" });
    await path.waitFor();
    expect(await path.locator(".link").allInnerTexts()).toEqual(["connected", "connected", "connected", "connected"]);
    expect(await path.locator(".trouble, a, button").count()).toBe(0);
  });

  test("marks the broken link, and leaves to the sentence above it what that says and offers", async () => {
    const { page } = await stage.visit("sign-in-needed", "overview");
    const path = page.getByRole("region", { name: "The way from Home Assistant to the locks" });
    await path.waitFor();
    const links = await path.locator(".link").allInnerTexts();
    expect(links).toEqual([
      "connected",
      "interrupted",
      ...Array(2).fill("not known while the way before it is interrupted"),
    ]);
    expect(await path.locator(".trouble").count()).toBe(0);
    expect(await page.locator("main").getByRole("link", { name: "Sign in" }).count()).toBe(1);
  });

  test("asks the cloud again where that is silent, and the sentence above it says something else", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const [id = ""] = gateway.picture.accounts.map((account) => account.id);
    const error = { code: "cloud_unreachable", message: "It did not answer within 20 s." };
    const clouds = { [id]: { online: false, error, last_success_at: null, devices_known: true } };
    gateway.change({ gateway: { ...gateway.picture.gateway, clouds } });
    await page.getByText("The U-tec cloud does not answer").waitFor();
    const again = page.getByRole("button", { name: "Ask the cloud again" });
    expect(await again.count()).toBe(0);
    const problems = [{ field: "log_level", message: "A setting is wrong." }];
    gateway.change({ gateway: { ...gateway.picture.gateway, clouds, problems } });
    await again.click();
    await expect.poll(() => gateway.asked.map(({ path }) => path)).toEqual(["/api/devices/discover"]);
  });

  test("leads to a lock that cannot be reached, unless the sentence above it does", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    gateway.change({ devices: [{ ...gardenGate(Date.now()), available: false, trouble: "offline" }] });
    await page.locator("utec-status-banner").getByText("Garden gate is offline").waitFor();
    expect(await page.getByRole("link", { name: "Show the lock" }).count()).toBe(0);
  });
});

test("who may not read activity sees none of the past, and asks for none", async () => {
  const { page, gateway } = await stage.visit("member", "overview");
  await page.getByRole("region", { name: "The way from Home Assistant to the locks" }).waitFor();
  expect(await page.locator("utec-door-ribbon, utec-token-lane, utec-battery-months").count()).toBe(0);
  expect(gateway.refused).toEqual([]);
});
