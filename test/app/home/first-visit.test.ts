import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openPage } from "../../../scripts/processes/browser.ts";
import { FRONT_DOOR as DOOR } from "../../../src/simulator/devices/demo.ts";
import { countClicks } from "../../ui/clicks.ts";
import { Home } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";
import { ACCOUNT, FRONT_DOOR, REDIRECT_URI } from "./settled-home.ts";

/** Start and Open web UI, which are the Supervisor's own. */
const BEFORE_THE_PAGE = 2;

describe.skipIf(!inject("isHome"))("the first visit", { timeout: 180_000 }, () => {
  const home = new Home();

  beforeAll(() => home.start([REDIRECT_URI]), 300_000);
  afterAll(() => home.stop());

  test("it takes seven clicks from Start to a locked door, with the integration absent", async () => {
    home.cloud.control.change({ device_id: DOOR.id, states: { lock_state: "Unlocked" } });
    home.supervisor.install(home.slug).options = { accounts: [ACCOUNT] };
    const begun = performance.now();
    await home.supervisor.startApp(home.slug);
    const page = await openIngress(home);
    // Where the cloud's redirect ends; no other machine is asked.
    await page.context().route(`${REDIRECT_URI}**`, (route) => route.fulfill({ body: "Copy this." }));
    const clicks = await countClicks(page);
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    const link = page.getByRole("link", { name: "Open the sign-in page" });
    await link.waitFor({ timeout: 120_000 });
    const [cloud] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
    const cloudClicks = await countClicks(cloud);
    await cloud.getByRole("button", { name: "Allow" }).click();
    await cloud.getByText("Copy this.").waitFor();
    await page.getByLabel("Address of the page you landed on").click();
    await page.keyboard.insertText(cloud.url());
    const door = page.locator("utec-lock-card", { hasText: DOOR.name });
    await door.getByRole("button", { name: "Lock", exact: true }).click({ timeout: 60_000 });
    await door.getByRole("status").getByText("Locked").waitFor();
    const seconds = (performance.now() - begun) / 1000;
    const count = BEFORE_THE_PAGE + clicks() + cloudClicks();
    console.log(`From Start to a locked door: ${count} clicks, ${seconds.toFixed(0)} s.`);
    expect(count).toBeLessThanOrEqual(7);
    await home.homeAssistant.client.waitForState(FRONT_DOOR, ({ state }) => state === "locked");
    expect(await home.homeAssistant.client.entries("utec_gateway")).toHaveLength(1);
  });
});

/** The add-on's page in a browser, with a session of the administrator's. */
async function openIngress(home: Home): Promise<Page> {
  const { url, session } = await IngressPage.open(home);
  const page = await openPage(home.browser);
  page.setDefaultTimeout(30_000);
  await page.context().addCookies([{ name: "ingress_session", value: session, url }]);
  await page.goto(url);
  return page;
}
