import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage } from "./stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("the overview", () => {
  test("says in one sentence that all is well, and shows the token and the locks", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    await page.getByRole("img", { name: /Token expires in 4d/ }).waitFor();
    await page.getByRole("heading", { name: "Front door" }).waitFor();
    await expect.poll(() => page.getByRole("listitem").filter({ hasText: "Live" }).textContent()).toContain("since");
  });

  test("counts down to the next refresh by itself", async () => {
    const { page } = await stage.visit("short-lived", "overview");
    const countdown = page.locator(".countdown");
    const before = await countdown.textContent();
    await expect.poll(() => countdown.textContent(), { timeout: 5000 }).not.toBe(before);
  });

  test.for([
    ["sign-in-needed", "Sign-in needed", "Sign in"],
    ["never-signed-in", "Sign-in needed", "Sign in"],
    ["misconfigured", "Settings wrong", "Check settings"],
    ["retrying", "Retrying since", "Refresh now"],
    ["paused", "Automatic refresh is off", "Refresh now"],
    ["empty", "Not signed in yet", "Add account"],
  ] as const)("names %s as “%s” and offers “%s”", async ([scenario, sentence, button]) => {
    const { page } = await stage.visit(scenario, "overview");
    const headline = page.locator("utec-status-banner");
    await headline.getByText(sentence).waitFor();
    await headline.getByText(button, { exact: true }).first().waitFor();
  });

  test("tells the event behind a mark", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.getByRole("button", { name: /^Retried/ }).click();
    await page.getByText("The U-tec cloud is busy (503)").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByText("refreshed on attempt 2").waitFor();
  });

  test("refreshes now, and says that it did", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    await page.getByRole("button", { name: "Refresh now" }).click();
    await page.getByRole("button", { name: "Refreshed", exact: true }).waitFor();
    expect(gateway.asked.map(({ path }) => path)).toEqual(["/api/accounts/refresh"]);
  });
});

test("a door that is open is not shown as locked, however far its bolt is out, and three other things are named at most", async () => {
  const { page } = await stage.visit("unsafe", "overview");
  const door = page.locator("utec-lock-card").first();
  await door.getByRole("status").getByText("Open, with its bolt out").waitFor();
  expect(await door.locator(".face.good").count()).toBe(0);
  const banner = page.locator("utec-status-banner");
  expect(await banner.locator(".also a").count()).toBe(3);
  await banner.getByText("2 more").waitFor();
});

test("what may be tried again later counts down until then, and its button waits", async () => {
  const { page, gateway } = await stage.visit("all-well", "overview");
  await page.clock.install();
  const detail = "Home was refreshed by hand a moment ago: try again in 28 s.";
  const problem = { status: 429, code: "rate_limited", detail, retry_after_s: 28 };
  gateway.problems.set("/api/accounts/refresh", problem);
  const refresh = page.getByRole("button", { name: "Refresh now" });
  await refresh.click();
  await page.getByText("try again in 28 s").waitFor();
  await expect.poll(() => refresh.getAttribute("aria-disabled")).toBe("true");
  await page.clock.runFor(10_000);
  await page.getByText("try again in 18 s").waitFor();
  await page.clock.runFor(19_000);
  await expect.poll(() => page.getByText("try again in").count()).toBe(0);
  await expect.poll(() => refresh.getAttribute("aria-disabled")).toBe("false");
});

describe("a browser", () => {
  test("whose clock is wrong by an hour still tells how old a state is", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page.clock.install({ time: Date.now() + 3_600_000 });
    await page.reload();
    await page
      .getByText(/confirmed \d\d sec ago/)
      .first()
      .waitFor();
  });

  test("that has the page of an older gateway takes the new one", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    gateway.cutFeed();
    gateway.change({ gateway: { ...gateway.picture.gateway, version: "0.2.0" } });
    const reloaded = page.waitForEvent("load");
    gateway.restoreFeed();
    await reloaded;
    await page.getByText("0.2.0").waitFor();
  });
});

describe("a lock", () => {
  test("goes from locked over unlocking to unlocked with one command", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await card.getByRole("button", { name: "Unlock", exact: true }).click();
    await card.getByRole("button", { name: "Unlocking …" }).waitFor();
    await card.getByText("waiting for the lock").first().waitFor();
    await card.getByRole("status").getByText("Unlocked").waitFor();
    await card.getByRole("button", { name: "Lock", exact: true }).waitFor();
    await card.getByText("Unlocked from this page").waitFor();
    expect(gateway.asked).toEqual([
      { path: "/api/commands", body: { device_id: "AA:BB:CC:00:00:01", name: "unlock" } },
    ]);
  });

  test("says beside its button why a command was not taken", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const detail = "Front door is offline: check its batteries and its bridge.";
    gateway.problems.set("/api/commands", { status: 409, code: "device_offline", detail });
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await card.getByRole("button", { name: "Unlock", exact: true }).click();
    await card.getByRole("alert").getByText(detail).waitFor();
    await card.getByRole("status").getByText("Locked", { exact: true }).waitFor();
  });

  test("offers both ways out of an unknown state and none while offline", async () => {
    const { page } = await stage.visit("offline-lock", "overview");
    const jammed = page.locator("utec-lock-card", { hasText: "Front door" });
    await expect.poll(() => jammed.getByRole("button", { name: /^(Lock|Unlock)$/ }).count()).toBe(2);
    const offline = page.locator("utec-lock-card", { hasText: "Garden gate" });
    await expect.poll(() => offline.getByRole("button", { name: "Lock" }).isDisabled()).toBe(true);
  });
});

describe("without the live feed", () => {
  test("the page says so, keeps what it knew without offering it, and comes back by itself", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await expect.poll(() => card.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
    gateway.change({ devices: gateway.picture.devices.map((device) => ({ ...device, lock_state: "jammed" })) });
    gateway.restoreFeed();
    await page.getByText("2 doors are jammed").waitFor();
    await expect.poll(() => card.getByRole("button", { name: "Unlock" }).isEnabled()).toBe(true);
  });

  test("40 s of silence count as gone, although the connection still stands", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    await page.clock.install();
    await page.reload();
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    gateway.refuseFeed();
    await page.clock.runFor(41_000);
    await page.getByText("The gateway does not answer").waitFor();
  });
});
