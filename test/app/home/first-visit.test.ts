import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDashboard } from "../../../scripts/processes/browser.ts";
import { GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";
import { Home } from "./home.ts";
import { ACCOUNT } from "./settled-home.ts";

/** From the Supervisor's Start to "Locked"; each is named in docs/app.md. */
const MOST_CLICKS = 7;
/** Where the cloud's sign-in ends: a page that says nothing, at an address that has everything. */
const REDIRECT_URI = "http://127.0.0.1:8123/signed-in";

describe.skipIf(!inject("isHome"))("the first visit", { timeout: 180_000 }, () => {
  const home = new Home();

  beforeAll(() => home.start([REDIRECT_URI]), 300_000);
  afterAll(() => home.stop());

  test(`it takes at most ${MOST_CLICKS} clicks from Start to a locked door, with the integration absent`, async () => {
    home.cloud.control.change({ device_id: GARDEN_GATE.id, states: { lock_state: "Unlocked" } });
    home.supervisor.install(home.slug).options = { accounts: [{ ...ACCOUNT, redirect_uri: REDIRECT_URI }] };
    const page = await openDashboard(home.browser, home.homeAssistant, `/config/app/${home.slug}/info`);
    const clicks = await countClicks(page);
    const begun = performance.now();

    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("Open web UI").click();
    const gateway = page.frameLocator("iframe");
    await gateway.getByRole("button", { name: "Set up in Home Assistant" }).click();
    // The page is gone with the Home Assistant around it, comes back, and goes on.
    const signIn = gateway.getByRole("link", { name: "Open the sign-in page" });
    await signIn.waitFor({ timeout: 120_000 });
    const [cloud] = await Promise.all([page.context().waitForEvent("page"), signIn.click()]);
    await cloud.getByRole("button", { name: "Allow" }).click();
    await cloud.waitForURL(`${REDIRECT_URI}**`);
    const address = cloud.url();
    await cloud.close();
    await gateway.getByLabel("Address of the page you landed on").click();
    await page.keyboard.insertText(address);
    const gate = gateway.locator("utec-lock-card", { hasText: GARDEN_GATE.name });
    await gate.getByRole("button", { name: "Lock", exact: true }).click({ timeout: 60_000 });
    await gate.getByRole("status").getByText("Locked").waitFor({ timeout: 60_000 });

    const seconds = (performance.now() - begun) / 1000;
    console.log(`From Start to a locked door: ${clicks()} clicks, ${seconds.toFixed(0)} s.`);
    expect(clicks()).toBeGreaterThan(0);
    expect(clicks()).toBeLessThanOrEqual(MOST_CLICKS);
    await home.homeAssistant.client.waitForState("lock.garden_gate", ({ state }) => state === "locked");
    expect(await home.homeAssistant.client.entries("utec_gateway")).toHaveLength(1);
  });
});

/** Counts the clicks of a person in all pages and frames of the browser, over reloads. */
async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  const context: BrowserContext = page.context();
  await context.exposeFunction("countClick", () => (clicks += 1));
  const content = `addEventListener("click", (event) => event.isTrusted && countClick(), { capture: true })`;
  await context.addInitScript({ content });
  await page.reload();
  return () => clicks;
}
