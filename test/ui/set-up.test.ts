import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { neverSignedIn, stateOf } from "../../ui/mock/accounts.ts";
import { countClicks } from "./clicks.ts";
import { PageStage } from "./stage.ts";

/** Of the seven in all; the two before are Start and Open web UI. */
const CLICKS = 5;
const INGRESS = "/api/hassio_ingress/6WfXHqZTGz";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("from the first visit to a locked door", () => {
  test(`takes ${CLICKS} clicks on the page where the configuration names the account and Home Assistant has nothing yet`, async () => {
    const { page, gateway } = await stage.visit("first-visit", "overview", {}, INGRESS);
    const clicks = await countClicks(page);
    // Where the cloud's redirect ends; no other machine is asked.
    await page.context().route("https://my.home-assistant.io/**", (route) => route.fulfill({ body: "Copy this." }));
    await page.getByText("Install the U-tec Gateway integration in Home Assistant.").waitFor();
    await page.getByText("Restart Home Assistant. Its dashboards").waitFor();
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    const link = page.getByRole("link", { name: "Open the sign-in page" });
    await link.waitFor();
    const [cloud] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
    const cloudClicks = await countClicks(cloud);
    await cloud.getByRole("link", { name: "Allow access" }).click();
    await cloud.waitForURL(/code=mock-code/);
    await page.getByLabel("Address of the page you landed on").click();
    await paste(page, cloud.url());
    await page.getByText("Found 2 locks").waitFor();
    const gate = page.locator("utec-lock-card", { hasText: "Garden gate" });
    await gate.getByRole("button", { name: "Lock", exact: true }).click();
    await gate.getByRole("status").getByText("Locked", { exact: true }).waitFor();
    // The address is pasted by a click into its field.
    expect(clicks() + cloudClicks()).toBe(CLICKS);
    expect(gateway.asked.map(({ path }) => path)).toEqual([
      "/api/home-assistant/connect",
      "/api/accounts/authorise",
      "/api/accounts/exchange",
      "/api/commands",
    ]);
    expect(gateway.asked[0]?.body).toEqual({ steps: ["install", "restart", "add", "link"] });
  });
});

describe("the button that sets it up", () => {
  test("shows how far it is, over a reload and a gateway that is away with Home Assistant", async () => {
    const { page, gateway } = await stage.visit("first-visit", "overview", {}, INGRESS);
    gateway.setUp.holdAt = "restart";
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.locator("utec-set-up").getByText("Home Assistant is restarting").waitFor();
    const steps = page.getByRole("list", { name: /What has to be in place/ }).getByRole("listitem");
    await expect.poll(() => steps.nth(1).textContent()).toContain("Home Assistant restarts");
    gateway.cutFeed();
    await page.getByText("The gateway does not answer").waitFor();
    gateway.restoreFeed();
    await page.reload();
    await page.locator("utec-set-up").getByText("Home Assistant is restarting").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Set up in Home Assistant" }).count()).toBe(0);
    gateway.setUp.go();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
  });

  test("leads nobody away who does something else meanwhile", async () => {
    const { page, gateway } = await stage.visit("first-visit", "overview");
    gateway.setUp.holdAt = "add";
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.locator("utec-set-up").getByText("Adding the integration").waitFor();
    await page.getByRole("link", { name: "Log" }).click();
    gateway.setUp.go();
    await expect.poll(() => gateway.picture.gateway.link.status).toBe("linked");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("Linked to Home Assistant").or(page.getByText("on your dashboards")).first().waitFor();
    expect(page.url()).toContain("#/overview");
  });

  test("leads to the codes where no account is known", async () => {
    const { page, gateway } = await stage.visit("first-visit", "overview");
    gateway.change({}, { accounts: [neverSignedIn().id] });
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.getByRole("radio", { name: "U-tec", checked: true }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Find the OpenAPI screen" }).waitFor();
  });

  test("says why it ended, and is there again", async () => {
    const { page, gateway } = await stage.visit("first-visit", "overview");
    gateway.setUp.holdAt = "restart";
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.locator("utec-set-up").getByText("Home Assistant is restarting").waitFor();
    gateway.setUp.go("Home Assistant's configuration is wrong: line 7.");
    await page.getByRole("alert").getByText("line 7").waitFor();
    const steps = page.getByRole("list", { name: /What has to be in place/ }).getByRole("listitem");
    await expect.poll(() => steps.nth(1).textContent()).toContain("needs attention");
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
  });

  test("only adds the integration where it is there already, and stays where nobody has to sign in", async () => {
    const { page, gateway } = await stage.visit("not-added", "overview");
    await page.getByText("Add the integration in Home Assistant.").waitFor();
    await expect.poll(() => page.getByText("Restart Home Assistant. Its dashboards").count()).toBe(0);
    await page.getByRole("button", { name: "Set up in Home Assistant" }).click();
    await page.getByRole("status").getByText("Garden gate is unlocked").waitFor();
    expect(gateway.asked).toEqual([{ path: "/api/home-assistant/connect", body: { steps: ["add", "link"] } }]);
    expect(page.url()).toContain("#/overview");
  });

  test("is not there where it could do nothing, and what to do is", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    const message = "The U-tec Gateway integration is disabled: enable it in Home Assistant.";
    gateway.setUp.plan = { steps: [], refusal: { code: "home_assistant_refused", message } };
    const { link } = gateway.picture.gateway;
    gateway.change({ gateway: { ...gateway.picture.gateway, link: { ...link, status: "integration_not_set_up" } } });
    await page.locator("utec-set-up").getByText(message).waitFor();
    await expect.poll(() => page.locator("utec-set-up").getByRole("button").count()).toBe(0);
  });

  test("tells beside itself why the gateway refused, and what it would do now", async () => {
    const { page, gateway } = await stage.visit("not-added", "overview");
    const press = page.getByRole("button", { name: "Set up in Home Assistant" });
    await press.waitFor();
    const detail = "More is needed by now than the button said: look at it and press it again.";
    gateway.setUp.plan = { steps: ["restart", "add", "link"], refusal: null };
    gateway.setUp.refusal = { code: "set_up_changed", detail };
    await press.click();
    await page.getByRole("alert").getByText(detail).waitFor();
    await page.getByText("Restart Home Assistant. Its dashboards").waitFor();
  });

  test("offers the update of an integration that is older", async () => {
    const { page, gateway } = await stage.visit("all-well", "overview");
    gateway.setUp.plan = { steps: ["install", "restart", "link"], refusal: null };
    await page.reload();
    await page.getByText("Bring the U-tec Gateway integration in Home Assistant up to date.").waitFor();
    await page.getByRole("button", { name: "Update the integration" }).click();
    await expect.poll(() => gateway.asked.length).toBe(1);
  });
});

test("a gateway without Home Assistant says how it is connected, without the names of variables", async () => {
  const { page } = await stage.visit("never-signed-in", "overview");
  await page.getByText("the add-on U-tec Gateway connects by itself").waitFor();
  await expect.poll(() => page.getByText("HOME_ASSISTANT_URL").count()).toBe(0);
});

describe("a pasted address", () => {
  const place = `accounts/sign-in?account=${neverSignedIn().id}&step=sign-in`;

  test("finishes the sign-in by itself, also after the page was thrown away", async () => {
    const { page, gateway } = await stage.visit("never-signed-in", place);
    await page.getByRole("link", { name: "Open the sign-in page" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "I already have the address" }).click();
    await page.getByLabel("Address of the page you landed on").focus();
    await paste(page, `https://my.home-assistant.io/redirect/oauth?code=abc&state=${stateOf(neverSignedIn())}`);
    await page.getByText("Found 2 locks").waitFor();
    expect(gateway.asked.filter(({ path }) => path === "/api/accounts/exchange")).toHaveLength(1);
  });

  test("of another sign-in, and one that is typed, wait for the button", async () => {
    const { page, gateway } = await stage.visit("never-signed-in", place);
    await page.getByRole("button", { name: "I already have the address" }).click();
    const field = page.getByLabel("Address of the page you landed on");
    await field.focus();
    await paste(page, "https://my.home-assistant.io/redirect/oauth?code=abc&state=of-another-sign-in");
    await field.fill("");
    await field.pressSequentially(`https://a.io/?code=abc&state=${stateOf(neverSignedIn())}`);
    await page.getByRole("button", { name: "Finish signing in" }).waitFor();
    expect(gateway.asked.filter(({ path }) => path === "/api/accounts/exchange")).toEqual([]);
    await page.getByRole("button", { name: "Finish signing in" }).click();
    await page.getByText("Found 2 locks").waitFor();
  });
});

/** As the keyboard does it: the browser's own paste, where the focus is. */
async function paste(page: Page, text: string): Promise<void> {
  await page.keyboard.insertText(text);
}
