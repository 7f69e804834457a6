import { cpSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { Home, PROJECT } from "./home.ts";
import { IngressPage } from "./ingress-page.ts";

export const FRONT_DOOR = "lock.front_door";
export const REDIRECT_URI = "https://home.example/callback";
/** The account as the person has typed it into the Configuration tab. */
export const ACCOUNT = { name: "U-tec", ...DEMO.client, redirect_uri: REDIRECT_URI };

/** A house in which everything has been set up: the account signed in, the integration there and confirmed. */
export async function settledHome(): Promise<{ readonly home: Home; readonly page: IngressPage }> {
  const home = new Home();
  placeIntegration(home);
  await home.start([REDIRECT_URI]);
  const app = home.supervisor.install(home.slug);
  app.options = { accounts: [ACCOUNT] };
  await home.supervisor.startApp(home.slug);
  const page = await IngressPage.open(home);
  await page.waitFor(({ accounts }) => accounts.length === 1, "the account of the options");
  await page.signIn();
  await confirmOffer(home);
  await page.waitFor(({ gateway }) => gateway.link.status === "linked", "the link", 60_000);
  await home.homeAssistant.client.waitForState(FRONT_DOOR, ({ state }) => state === "locked");
  return { home, page };
}

/** As the Marketplace or HACS puts it there. */
export function placeIntegration(home: Home): void {
  const into = join(home.homeAssistantFolder, "custom_components/utec_gateway");
  cpSync(join(PROJECT, "custom_components/utec_gateway"), into, { recursive: true });
}

/** Confirms the gateway that Home Assistant has discovered. @throws Error where it discovers none, or does not end */
export async function confirmOffer(home: Home): Promise<void> {
  const { client } = home.homeAssistant;
  const offered = await until(async () => (await offers(home))[0], "the offer", 60_000);
  const end = await client.continueFlow(offered.flow_id);
  if (end.type !== "create_entry") throw new Error(`The gateway was not set up: ${JSON.stringify(end)}`);
}

/** What Home Assistant has discovered of ours and waits for a person. */
export async function offers(home: Home) {
  return (await home.homeAssistant.client.flowsInProgress()).filter(({ handler }) => handler === "utec_gateway");
}

/** Unlocks the front door and locks it again, as a dashboard does. */
export async function useFrontDoor(home: Home): Promise<void> {
  const { client } = home.homeAssistant;
  for (const [service, wanted] of [
    ["unlock", "unlocked"],
    ["lock", "locked"],
  ] as const) {
    await client.callService("lock", service, { entity_id: FRONT_DOOR });
    await client.waitForState(FRONT_DOOR, ({ state }) => state === wanted);
  }
}

export async function until<T>(ask: () => Promise<T | undefined>, what: string, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(200);
  }
  throw new Error(`Waited ${withinMs} ms for ${what}.`);
}
