import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeOlder } from "../../integration/older.ts";
import { Home } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";
import { ACCOUNT, FRONT_DOOR, REDIRECT_URI, confirmOffer, placeIntegration, useFrontDoor } from "./settled-home.ts";

describe.skipIf(!inject("isHome"))("an update of the integration by the add-on's page", { timeout: 120_000 }, () => {
  const home = new Home();
  let page: IngressPage;
  const integration = () => page.get("api/integration");
  const linked = (integration_version: string) =>
    page.waitFor(
      ({ gateway: { link } }) => link.status === "linked" && link.integration_version === integration_version,
      `the link with ${integration_version}`,
      60_000,
    );
  const { version } = home.storeApp.configuration;

  beforeAll(async () => {
    placeIntegration(home);
    makeOlder(home.homeAssistantFolder);
    await home.start([REDIRECT_URI]);
    home.supervisor.install(home.slug).options = { accounts: [ACCOUNT] };
    await home.supervisor.startApp(home.slug);
    page = await IngressPage.open(home);
    await page.waitFor(({ accounts }) => accounts.length === 1, "the account of the options");
    await page.signIn();
    await confirmOffer(home);
    await linked("0.0.1");
  }, 300_000);
  afterAll(() => home.stop());

  test("is offered where Home Assistant runs the one that an earlier gateway has put there, which works on", async () => {
    expect(await integration()).toMatchObject({
      status: "outdated",
      installed_version: "0.0.1",
      bundled_version: version,
      installed_by: "gateway",
      restart_needed: false,
    });
    await home.homeAssistant.client.waitForState(FRONT_DOOR, ({ state }) => state === "locked");
    await useFrontDoor(home);
  });

  test("is used after a restart of Home Assistant, and until then the old one works on", async () => {
    expect(await page.post("api/integration/install", {})).toMatchObject({ status: "installed", restart_needed: true });
    await useFrontDoor(home);
    await page.post("api/home-assistant/restart", {});
    await linked(version);
    expect(await integration()).toMatchObject({
      status: "installed",
      installed_version: version,
      restart_needed: false,
    });
    await home.homeAssistant.client.waitForState(FRONT_DOOR, ({ state }) => state === "locked");
    await useFrontDoor(home);
    expect(home.supervisor.app(home.slug).log).toContain("Home Assistant was asked to restart.");
  });
});
