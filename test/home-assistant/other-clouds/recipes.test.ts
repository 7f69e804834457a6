import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeConfiguration } from "../../../scripts/home-assistant/configuration.ts";
import type { HomeAssistantClient } from "../../../scripts/home-assistant/client.ts";
import { homeAssistantEnvironment } from "../../../scripts/home-assistant/environment/environment.ts";
import { startHomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import type { HomeAssistant } from "../../../scripts/home-assistant/home-assistant.ts";
import { linkGateway } from "../../../scripts/home-assistant/link-gateway.ts";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { startGateway } from "../../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { startOtherClouds } from "../../../scripts/processes/other-clouds.ts";
import type { OtherClouds } from "../../../scripts/processes/other-clouds.ts";
import type { ClientWish, NewClient } from "../../../src/broker/broker-state.ts";
import { WATTTIME_USER } from "../../../src/simulator/logins/watttime.ts";
import { removeFolder } from "../../remove-folder.ts";
import { followRecipes } from "./recipes.ts";

const CARBON = "sensor.carbon_intensity";
const MARK = "binary_sensor.carbon_intensity_is_old";
const TOKEN_PROBLEM = "binary_sensor.watttime_token_problem";
/** A refused login is asked about once more after a minute before it is a problem. */
const CONFIRMED_WITHIN_MS = 110_000;
/** Home Assistant looks once in ten seconds, whoever asks it to, and the broker waits half a minute for a cloud that hangs. */
const LOOKED_WITHIN_MS = 60_000;
const OTHER_PASSWORD = "another-simulated-password";

const folder = mkdtempSync(join(tmpdir(), "utec-gateway-recipes-"));
let clouds: OtherClouds;
let gateway: GatewayProcess;
let homeAssistant: HomeAssistant;
let client: HomeAssistantClient;
let recipes: readonly string[];
/** How long Home Assistant's log was when the broker had come to stay. */
let logBefore: number;
let broker: string;
/** The token of a program that may read those of the clouds, which Home Assistant may not. */
let reader: string;
/** What Home Assistant must not show: the token that it has, and those that it must not even have. */
const secrets = new Set<string>([WATTTIME_USER.password, OTHER_PASSWORD]);

beforeAll(async () => {
  const environment = await homeAssistantEnvironment(() => {});
  const port = await freePort();
  clouds = await startOtherClouds({ folder, tokenLifeS: 1800 });
  const settings = { ...clouds.environment, UTEC_GATEWAY_BROKER_PORT: String(port), UTEC_GATEWAY_LOG_LEVEL: "trace" };
  const start = (own: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> =>
    startGateway({ dataFolder: folder, environment: { ...settings, ...own } });

  gateway = await start();
  await clouds.signIn(gateway);
  await gateway.waitFor(({ accounts }) => accounts.filter(({ status }) => status === "fresh").length === 3, "3 tokens");
  broker = `127.0.0.1:${port}`;
  const token = await addClient("Home Assistant", { may_read_token: false });
  reader = await addClient("Reader of tokens", { may_read_token: true });
  const config = join(folder, "home-assistant");
  await writeConfiguration({ folder: config, port: 0, integration: undefined });
  recipes = await followRecipes(config, { broker, token });
  const integration = join(import.meta.dirname, "../../../custom_components/utec_gateway");
  homeAssistant = await startHomeAssistant({ folder: config, environment, integration });
  ({ client } = homeAssistant);
  await client.callService("logger", "set_level", { "homeassistant.components.rest": "debug" });

  // Home Assistant's own token is known only now.
  await gateway.stop();
  gateway = await start({ HOME_ASSISTANT_URL: homeAssistant.url, HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken });
  await linkGateway(gateway);
  logBefore = homeAssistant.log().length;
  await client.waitForState(TOKEN_PROBLEM, ({ state }) => state === "off");
});

afterAll(async () => {
  await gateway?.stop();
  await homeAssistant?.stop();
  await clouds?.close();
  removeFolder(folder);
});

describe("the recipes of docs/other-clouds.md", () => {
  test("each of them shows its value, through the broker", async () => {
    expect(recipes).toEqual(["packages/heat_pump.yaml", "packages/watttime.yaml", "packages/yoto.yaml"]);
    const carbon = await client.waitForState(CARBON, ({ state }) => state === "42");
    expect(carbon.attributes).toMatchObject({ unit_of_measurement: "%", point_time: expect.stringMatching(/^20.*Z$/) });
    await client.waitForState("sensor.heat_pump_flow", ({ state }) => state === "21");
    await client.waitForState("sensor.yoto_own_cards", ({ state }) => state === "0");
    const mark = await client.waitForState(MARK, ({ state }) => state === "off");
    expect(mark.attributes).toMatchObject({ age_s: 0, why: expect.not.stringContaining("detail") });
  });

  test("through an outage the sensor stays on the last value, and the mark says that it is old and why", async () => {
    const { cloud } = clouds.watttime;
    const seen: string[] = [];
    const stopWatching = await client.watchState(CARBON, (state) => seen.push(state?.state ?? "gone"));
    cloud.set({ signal_index: 57 });
    await look(({ state }) => state === "57");
    await noteTokens();

    cloud.set({ outage: true, signal_index: 61 });
    const mark = await client.waitForState(MARK, ({ state }) => state === "on");
    expect(mark.attributes["why"]).toMatch(/; hit; .*detail=cloud_/);
    await look(({ state }) => state === "57");
    await client.waitForState(MARK, ({ state, attributes }) => state === "on" && Number(attributes["age_s"]) > 0);

    // The first thing that the cloud says then is that the token has ended.
    cloud.tokens.expire();
    cloud.set({ outage: false });
    await client.waitForState(MARK, ({ state }) => state === "off");
    await look(({ state }) => state === "61");
    await noteTokens();
    await stopWatching();
    expect(seen.filter((state, at) => state !== seen[at - 1])).toEqual(["57", "61"]);
    expect(cloud.calls().filter(({ outcome }) => outcome === "expired").length).toBeGreaterThan(0);
  });

  test("the action answers with the status and what the cloud said", async () => {
    const answer = await client.ws<{ response: { status: number; content: unknown } }>({
      type: "call_service",
      domain: "rest_command",
      service: "carbon_intensity",
      return_response: true,
    });
    expect(answer.response).toMatchObject({
      status: 200,
      content: { data: [{ value: 61 }], meta: { region: "CAISO_NORTH" } },
    });
  });

  test("the automation tells when the login is refused; a cloud that hangs meanwhile takes the last value from nobody", async () => {
    const { cloud } = clouds.watttime;
    cloud.set({ password: OTHER_PASSWORD });
    await client.callService("button", "press", { entity_id: "button.watttime_refresh_token_now" }).catch(() => {});
    expect(await notifications()).toEqual([]);
    cloud.set({ signal_index: 70 });
    cloud.fault({ where: "data", kind: "hang", times: null });
    await look(({ state }) => state === "61");

    await client.waitForState(TOKEN_PROBLEM, ({ state }) => state === "on", CONFIRMED_WITHIN_MS);
    await expect.poll(notifications).toMatchObject([
      {
        notification_id: "watttime_token_problem",
        title: "WattTime needs attention",
        message: expect.stringContaining("password"),
      },
    ]);
    expect((await client.state(CARBON))?.state).toBe("61");

    cloud.faults.clear();
    const account = (await gateway.state()).accounts.find(({ name }) => name === "WattTime");
    await gateway.post("api/accounts/update", { account_id: account?.id, password: OTHER_PASSWORD });
    await client.waitForState(TOKEN_PROBLEM, ({ state }) => state === "off");
    await look(({ state }) => state === "70");
    await noteTokens();
  });

  test("Home Assistant was refused nothing, complained of nothing, and shows no token", async () => {
    const answers = passedOn();
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    const log = homeAssistant.log();
    expect(log).toContain("REST response from");
    const complaints = log
      .slice(logBefore)
      .split("\n")
      .filter((line) => / (WARNING|ERROR|CRITICAL) /.test(line))
      .filter((line) => /\b(rest|rest_command|template|automation|config)\b/.test(line));
    expect(complaints).toEqual([]);

    expect(secrets.size).toBeGreaterThan(5);
    const shown = [log, JSON.stringify(await client.states()), JSON.stringify(await notifications()), gateway.output];
    for (const text of shown) expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  });
});

/** A program that may read the APIs of all accounts; returns its token. */
async function addClient(name: string, rights: Pick<ClientWish, "may_read_token">): Promise<string> {
  const accounts = (await gateway.state()).accounts.map(({ id }) => id);
  const { token } = await gateway.post<NewClient>("api/broker/clients", { name, accounts, ...rights });
  secrets.add(token);
  return token;
}

/** Adds the tokens that the clouds have handed out lately. */
async function noteTokens(): Promise<void> {
  for (const account of ["WattTime", "Yoto", "Heat%20pump"]) {
    const answer = await fetch(`http://${broker}/token/${account}`, { headers: { authorization: `Bearer ${reader}` } });
    expect(answer.status).toBe(200);
    secrets.add(((await answer.json()) as { access_token: string }).access_token);
  }
}

/** Has Home Assistant read the sensor anew, and waits until the broker has answered that and the sensor is as wanted. */
async function look(wanted: Parameters<HomeAssistantClient["waitForState"]>[1]): Promise<void> {
  const before = reads();
  await client.callService("homeassistant", "update_entity", { entity_id: CARBON });
  await expect.poll(reads, { timeout: LOOKED_WITHIN_MS }).toBeGreaterThan(before);
  await client.waitForState(CARBON, wanted);
}

/** How often the sensor was answered. */
function reads(): number {
  return homeAssistant.log().split(/REST response from \S*signal-index/).length;
}

/** The statuses that the broker has answered Home Assistant with. */
function passedOn(): unknown[] {
  return gateway.records
    .filter(({ message, fields }) => message === "A request was passed on." && fields["client"] === "Home Assistant")
    .map(({ fields }) => fields["status"]);
}

function notifications(): Promise<unknown[]> {
  return client.ws({ type: "persistent_notification/get" });
}
