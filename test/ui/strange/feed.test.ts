import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PageStage } from "../stage.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

const HOURS = 3_600_000;

describe("whatever the live feed brings", () => {
  test("a message that stops in its middle costs a new connection, which tells what was missed", async () => {
    const { page, gateway, complaints } = await stage.visit("all-well", "overview");
    await page.getByRole("heading", { name: "Front door" }).waitFor();
    const [door] = gateway.picture.devices;
    gateway.refuseFeed();
    gateway.tellText('{"type":"update","seq":2,"set":{"devices":[{"id":"AA:BB');
    await page.getByText("The gateway does not answer").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Unlock" }).first().isDisabled()).toBe(true);
    if (door) gateway.change({ devices: [{ ...door, name: "Porch" }] });
    gateway.restoreFeed();
    await page.getByRole("heading", { name: "Porch" }).waitFor();
    // What the browser itself says of the refused connections is no fault of the page.
    expect(complaints.filter((complaint) => !complaint.includes("WebSocket"))).toEqual([]);
  });

  test("what a newer gateway says and this page does not understand leaves all else as it is", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const [account] = gateway.picture.accounts;
    const [door] = gateway.picture.devices;
    gateway.tellText('{"type":"weather","sky":"blue"}');
    const strange = { ...account, status: "held_back", recent: [{ at: 1, kind: "painted", message: "Painted." }] };
    const half = { ...door, lock_state: "half_way", lock_mode: "on_holiday" };
    const set = { accounts: [strange], devices: [half], curtains: [{ id: 1 }] };
    gateway.tellText(JSON.stringify({ type: "update", seq: 2, set, removed: {} }));
    await page.getByText("half_way").waitFor();
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await card.getByRole("status").getByText("Unknown").waitFor();
    await card.getByRole("button", { name: "Unlock" }).click();
    await expect.poll(() => gateway.asked.map(({ path }) => path)).toEqual(["/api/commands"]);
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await page.getByText("The gateway is ready.").waitFor();
  });

  test("two tabs show the same, and each can act", async () => {
    const { page, gateway, url } = await stage.visit("all-well", "overview");
    const { page: other } = await stage.open(`${url}#/overview`);
    await page.locator("utec-lock-card", { hasText: "Front door" }).getByRole("button", { name: "Unlock" }).click();
    const there = other.locator("utec-lock-card", { hasText: "Front door" });
    await there.getByRole("button", { name: "Lock", exact: true }).click();
    await page.locator("utec-lock-card", { hasText: "Front door" }).getByText("Locking").first().waitFor();
    await page.locator("utec-lock-card", { hasText: "Front door" }).getByRole("button", { name: "Unlock" }).waitFor();
    expect(gateway.asked.length).toBe(2);
  });

  test("a reload in the midst of a command shows it under way, and how it ends", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const card = page.locator("utec-lock-card", { hasText: "Front door" });
    await card.getByRole("button", { name: "Unlock" }).click();
    await expect.poll(() => gateway.picture.commands.at(-1)?.ended_at ?? null).toBeNull();
    await page.reload();
    await card.getByText("Unlocked from this page").waitFor();
  });
});

describe("a browser whose clock is hours off", () => {
  test.for([-5 * HOURS, 5 * HOURS])(
    "by %d ms counts from the gateway's time from the first picture on",
    async (off) => {
      const { page } = await stage.visit("all-well", "overview");
      await page.clock.install({ time: Date.now() + off });
      await page.reload();
      await page
        .getByText(/confirmed \d\d sec ago/)
        .first()
        .waitFor();
      await page.getByText(/expires in 4d/).waitFor();
    },
  );

  test("from one moment to the next asks the gateway anew", async () => {
    const { page } = await stage.visit("all-well", "overview");
    await page
      .getByText(/confirmed \d\d sec ago/)
      .first()
      .waitFor();
    // As when somebody sets the clock, which the browser's own uptime does not follow.
    await page.evaluate("{ const real = Date.now; Date.now = () => real() + 7_200_000; }");
    await page.waitForTimeout(2500);
    expect(await page.getByText(/confirmed \d\d sec ago/).count()).toBeGreaterThan(0);
  });
});

test("a browser that keeps nothing shows the page all the same", async () => {
  const { page, complaints } = await stage.visit("all-well", "overview");
  const content = `for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });`;
  await page.addInitScript({ content });
  await page.reload();
  await page.getByRole("heading", { name: "Front door" }).waitFor();
  await page.locator("utec-language-menu select").selectOption("de");
  await page.getByRole("link", { name: "Konten" }).click();
  await page.getByRole("main", { name: "Konten" }).waitFor();
  expect(complaints).toEqual([]);
});
