import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ADDRESS } from "../../../scripts/home-network/addresses.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { Home } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";
import { ACCOUNT, FRONT_DOOR, REDIRECT_URI, confirmOffer, offers, until, useFrontDoor } from "./settled-home.ts";

describe.skipIf(!inject("isHome"))("the add-on's life in a house with Home Assistant OS", { timeout: 120_000 }, () => {
  const home = new Home();
  let page: IngressPage;

  beforeAll(async () => {
    await home.start([REDIRECT_URI]);
  }, 300_000);
  afterAll(() => home.stop());

  const { supervisor } = home;
  const app = () => supervisor.app(home.slug);
  const client = () => home.homeAssistant.client;
  const supervisorApi = <T>(method: string, endpoint: string, data?: object): Promise<T> =>
    client().ws<T>({ type: "supervisor/api", endpoint, method, ...(data === undefined ? {} : { data }) });
  const linked = () => page.waitFor(({ gateway }) => gateway.link.status === "linked", "the link", 60_000);
  test("it installs with its default options, starts, and is healthy", async () => {
    await supervisorApi("post", `/store/addons/${home.slug}/install`);
    await supervisorApi("post", `/addons/${home.slug}/start`);
    expect(app().state).toBe("started");
    page = await IngressPage.open(home);
    expect((await page.state()).accounts).toEqual([]);
  });

  test("its page is whole under the ingress path: every file that it names is there", async () => {
    const html = await (await page.fetch("")).text();
    const files = [...html.matchAll(/(?:src|href)="([^"#:]+)"/g)].map(([, path = ""]) => path);
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect((await page.fetch(path)).status, path).toBe(200);
  });

  test("options of a wrong type are refused by the Supervisor and change nothing", async () => {
    const options = { ...supervisor.effectiveOptions(app()), poll_interval: "often" };
    await expect(supervisorApi("post", `/addons/${home.slug}/options`, { options })).rejects.toThrow("poll_interval");
    expect(app().options).toEqual({});
  });

  test("an account of the options signs in over its page", async () => {
    const options = { ...supervisor.effectiveOptions(app()), accounts: [ACCOUNT] };
    await supervisorApi("post", `/addons/${home.slug}/options`, { options });
    await supervisorApi("post", `/addons/${home.slug}/restart`);
    await page.waitFor(({ accounts }) => accounts.length === 1, "the account of the options");
    expect(await page.signIn()).toMatchObject({ name: "U-tec", status: "fresh" });
  });

  test("while the integration is missing it says so, and nothing is offered", async () => {
    await page.waitFor(({ gateway }) => gateway.link.status === "integration_missing", "the missing integration");
    expect(await offers(home)).toEqual([]);
  });

  test("one button installs the integration, another restarts Home Assistant, which offers the gateway then", async () => {
    expect(await page.get("api/integration")).toMatchObject({ status: "absent", restart_needed: false });
    expect(await page.post("api/integration/install", {})).toMatchObject({
      status: "installed",
      installed_by: "gateway",
      restart_needed: true,
    });
    const restarts = supervisor.coreRestarts;
    expect(await page.post("api/home-assistant/restart", {})).toEqual({});
    await until(() => Promise.resolve(supervisor.coreRestarts > restarts || undefined), "the restart", 60_000);
    await confirmOffer(home);
    expect(await page.get("api/integration")).toMatchObject({ status: "installed", restart_needed: false });
    expect(await client().entries("utec_gateway")).toMatchObject([{ source: "hassio" }]);
    await linked();
    await client().waitForState(FRONT_DOOR, ({ state }) => state === "locked");
    await useFrontDoor(home);
  });

  test("after a restart of Home Assistant the locks are back by themselves", async () => {
    await home.restartCore();
    await linked();
    await client().waitForState(FRONT_DOOR, ({ state }) => state === "locked");
    await useFrontDoor(home);
  });

  test("after a restart of the add-on, with a new token of the Supervisor's, nothing is asked and no lock is lost", async () => {
    const before = { token: app().token, account: await page.account(), messages: supervisor.discovery.all };
    await supervisorApi("post", `/addons/${home.slug}/restart`);
    expect(app().exitCodes.at(-1)).toBe(0);
    expect(app().token).not.toBe(before.token);
    await linked();
    expect(await page.account()).toMatchObject({ id: before.account.id, obtained_at: before.account.obtained_at });
    expect(supervisor.discovery.all).toEqual(before.messages);
    expect(await offers(home)).toEqual([]);
    await useFrontDoor(home);
  });

  test("a power cut is survived", async () => {
    const { obtained_at } = await page.account();
    await app().kill();
    expect(app().state).toBe("error");
    await supervisorApi("post", `/addons/${home.slug}/start`);
    await linked();
    expect(await page.account()).toMatchObject({ status: "fresh", obtained_at });
    await useFrontDoor(home);
  });

  test("changed options count from the next start", async () => {
    const options = { ...supervisor.effectiveOptions(app()), accounts: [{ ...ACCOUNT, name: "Home" }] };
    await supervisorApi("post", `/addons/${home.slug}/options`, { options });
    await supervisorApi("post", `/addons/${home.slug}/restart`);
    await linked();
    expect(await page.account()).toMatchObject({ status: "fresh", name: "Home" });
  });

  test("another container is let in by no header that it writes", async () => {
    const [admin] = (await client().ws<{ id: string; is_owner: boolean }[]>({ type: "config/auth/list" })).filter(
      (user) => user.is_owner,
    );
    const status = await new Promise<number>((resolve, reject) => {
      request({
        host: ADDRESS.app,
        port: 8099,
        path: "/api/state",
        localAddress: ADDRESS.otherApp,
        headers: {
          "x-remote-user-id": admin?.id ?? "",
          "x-remote-user-name": "demo",
          "x-ingress-path": new URL(page.url).pathname,
          "x-hass-source": "core.ingress",
          "x-forwarded-for": ADDRESS.supervisor,
        },
      })
        .on("response", (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test("the Supervisor was asked for nothing that it does not have", () => {
    expect([...supervisor.unknownPaths]).toEqual([]);
  });

  test("no secret is in the add-on's log", () => {
    const log = app().log;
    expect(log).not.toContain(DEMO.client.client_secret);
    expect(log).not.toContain(app().token);
    for (const { access_token, refresh_token } of home.cloud.control.grants()) {
      for (const token of [access_token, refresh_token]) if (token !== null) expect(log).not.toContain(token);
    }
    const core = readFileSync(home.homeAssistant.logFile, "utf8");
    expect(core).not.toContain(DEMO.client.client_secret);
  });
});
