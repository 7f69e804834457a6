/**
 * `npm run demo`: the product on the simulated cloud, with tokens that live two minutes.
 *
 *   --signed-in        skip the sign-in wizard
 *   --all-clouds       also simulate Yoto, WattTime and an API with a login, and sign in to all four
 *   --home-assistant   also start a real Home Assistant with the bridge in it
 *   --fresh            forget what earlier demos kept
 */
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { DEMO, LAMPS } from "../src/simulator/devices/demo.ts";
import { startSimulator } from "../src/simulator/simulator.ts";
import { buildPage } from "./build.ts";
import { freePort } from "./processes/free-port.ts";
import { startGateway } from "./processes/gateway-process.ts";
import type { HomeAssistant } from "./home-assistant/home-assistant.ts";
import { DOORS_PATH, makeDoorsDashboard } from "./home-assistant/doors-dashboard.ts";
import { linkGateway } from "./home-assistant/link-gateway.ts";
import { brokerLine, startOtherClouds } from "./processes/other-clouds.ts";
import type { OtherClouds } from "./processes/other-clouds.ts";
import { signIn } from "./processes/sign-in.ts";

const TOKEN_LIFE_S = 120;
const PORTS = { gateway: 8099, cloud: 8098, broker: 8097, otherClouds: 8092, homeAssistant: 8123 } as const;

const { values: flags } = parseArgs({
  options: {
    "signed-in": { type: "boolean", default: false },
    "all-clouds": { type: "boolean", default: false },
    "home-assistant": { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "..");
const folder = join(root, ".data/demo");
/** What must be stopped, the latest first. */
const running: { readonly name: string; readonly stop: () => Promise<unknown> }[] = [];
let stopping = false;

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));

try {
  await demo();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function demo(): Promise<void> {
  if (flags.fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "gateway"), { recursive: true });
  await buildPage();

  const port = await freePort(PORTS.gateway);
  const simulator = await startSimulator({
    host: "127.0.0.1",
    port: await freePort(PORTS.cloud),
    grantsFile: join(folder, "cloud-grants.json"),
    devices: [...DEMO.devices, ...LAMPS],
    clients: [{ ...DEMO.client, redirect_uris: redirectUris(port) }],
    settings: { access_token_life_s: TOKEN_LIFE_S },
  });
  running.push({ name: "the simulated cloud", stop: () => simulator.close() });

  const homeAssistant = flags["home-assistant"] ? await startCore() : undefined;
  const otherClouds = flags["all-clouds"] ? await startOthers() : undefined;
  const brokerPort = await freePort(PORTS.broker);
  const log = createWriteStream(join(folder, "gateway.log"), { flags: "a" });
  const signsIn = flags["signed-in"] || otherClouds !== undefined;
  const gateway = await startGateway({
    dataFolder: join(folder, "gateway"),
    cloud: simulator,
    // Without it the wizard begins where a newcomer does.
    ...(signsIn ? { client: DEMO.client } : {}),
    port,
    environment: {
      UTEC_GATEWAY_BROKER_PORT: String(brokerPort),
      ...otherClouds?.environment,
      ...(homeAssistant
        ? { HOME_ASSISTANT_URL: homeAssistant.url, HOME_ASSISTANT_TOKEN: homeAssistant.longLivedToken }
        : {}),
    },
    onLog: (line) => log.write(`${line}\n`),
  });
  running.push({ name: "the gateway", stop: () => gateway.stop() });
  gateway.ended().then(
    (code) => (stopping ? undefined : stop(code ?? 1)),
    () => undefined,
  );

  if (signsIn && (await gateway.account()).generation === 0) await signIn(gateway);
  if (homeAssistant) {
    await linkGateway(gateway);
    await makeDoorsDashboard(homeAssistant.client);
  }
  await otherClouds?.signIn(gateway);
  const { accounts } = await gateway.state();
  tell(gateway.url, {
    homeAssistant,
    broker: otherClouds === undefined ? null : await brokerLine(gateway, brokerPort),
    wayIn: accounts.some(({ generation }) => generation > 0) ? [] : wayIn(port),
  });
}

/** The page may be opened by either name of this machine. */
function redirectUris(port: number): readonly string[] {
  return ["127.0.0.1", "localhost"].map((host) => `http://${host}:${port}/oauth/callback`);
}

/** What a newcomer's own app would show, and where it goes. */
function wayIn(port: number): readonly string[] {
  const [redirectUri = ""] = redirectUris(port);
  return [
    "",
    '  To sign in, open the page and press "Add account", "Next", "I see the values". Enter there:',
    "",
    `    Client ID        ${DEMO.client.client_id}`,
    `    Client Secret    ${DEMO.client.client_secret}`,
    `    Redirect URI     ${redirectUri}   (filled in already)`,
    "",
    '  Then "Open the sign-in page", and "Allow" there. With --signed-in the demo does all that by itself.',
  ];
}

interface Told {
  readonly homeAssistant: HomeAssistant | undefined;
  readonly broker: string | null;
  /** Empty where somebody is signed in. */
  readonly wayIn: readonly string[];
}

function tell(page: string, { homeAssistant, broker, wayIn }: Told): void {
  const lines = [
    "",
    `  U-tec Gateway     ${page}`,
    ...(homeAssistant
      ? [
          `  Home Assistant    ${homeAssistant.url}/${DOORS_PATH}   user ${homeAssistant.username}, password ${homeAssistant.password}`,
        ]
      : []),
    ...wayIn,
    ...(broker === null
      ? []
      : ["", "  A program asks an account's API through the broker, and sees no token of the cloud:", `  ${broker}`]),
    "",
    `  The simulated cloud's tokens live ${TOKEN_LIFE_S / 60} minutes: watch them being refreshed on the page.`,
    "  The log is on the page, and in .data/demo/gateway.log. Ctrl-C stops everything; a second start continues from here.",
    "",
  ];
  console.log(lines.join("\n"));
}

async function startOthers(): Promise<OtherClouds> {
  const clouds = await startOtherClouds({ folder, tokenLifeS: TOKEN_LIFE_S, port: PORTS.otherClouds });
  running.push({ name: "the other simulated clouds", stop: () => clouds.close() });
  return clouds;
}

async function startCore(): Promise<HomeAssistant> {
  const { homeAssistantEnvironment } = await import("./home-assistant/environment/environment.ts");
  const { startHomeAssistant } = await import("./home-assistant/home-assistant.ts");
  const environment = await homeAssistantEnvironment((line) => console.log(line));
  console.log("Starting Home Assistant ...");
  const homeAssistant = await startHomeAssistant({
    folder: join(folder, "home-assistant"),
    environment,
    port: await freePort(PORTS.homeAssistant),
    integration: join(root, "custom_components/utec_gateway"),
  });
  running.push({ name: "Home Assistant", stop: () => homeAssistant.stop() });
  return homeAssistant;
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const part of running.toReversed()) {
    await part.stop().catch((error: unknown) => console.error(`${part.name} did not stop:`, error));
  }
  console.log("Stopped.");
  process.exit(code);
}
