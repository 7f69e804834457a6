/**
 * `npm run screenshots`: the pictures in the README, taken of the real page and of a real Home Assistant.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FRONT_DOOR, GARDEN_GATE } from "../src/simulator/devices/demo.ts";
import { openDashboard, openPage } from "./processes/browser.ts";
import { DOORS_PATH, makeDoorsDashboard } from "./home-assistant/doors-dashboard.ts";
import { ENTITY, WholeSystem } from "./processes/whole-system.ts";

const folder = join(import.meta.dirname, "../docs/images");

const system = new WholeSystem();
try {
  await mkdir(folder, { recursive: true });
  await system.start();
  await live();
  await page("page.png", {});
  await page("page-dark.png", { dark: true });
  await makeDoorsDashboard(system.homeAssistant.client);
  await dashboard("dashboard.png", `/${DOORS_PATH}/0`, 620);
  await trouble();
  await dashboard("dashboard-trouble.png", `/${DOORS_PATH}/0`, 440);
  console.log(`Pictures in ${folder}.`);
} finally {
  await system.stop();
}

/** Gives the token and the doors a past worth showing: refreshes, one of them retried, and commands. */
async function live(): Promise<void> {
  const { control } = system.cloud;
  const { gateway, homeAssistant } = system;
  control.set({ access_token_life_s: 4 });
  control.expire();
  await gateway.waitFor(({ accounts }) => (accounts[0]?.refresh_count ?? 0) >= 5, "refreshes", 60_000);
  control.fault({ where: "token", kind: "http_500" });
  await gateway.waitFor(({ accounts }) => accounts[0]?.recent.at(-1)?.kind === "recovered", "a recovery", 60_000);
  control.set({ access_token_life_s: 601_200 });
  await gateway.waitFor(
    ({ accounts }) => (accounts[0]?.expires_at ?? 0) > Date.now() + 86_400_000,
    "a token that lives a week",
    60_000,
  );
  await homeAssistant.client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
  await homeAssistant.client.callService("lock", "lock", { entity_id: ENTITY.frontDoor });
  await gateway.command(GARDEN_GATE.id, "unlock");
  await gateway.waitFor(
    ({ devices }) => devices.every(({ transition }) => transition === null),
    "the doors at rest",
    60_000,
  );
  control.change({ device_id: FRONT_DOOR.id, states: { battery_level: 4 } });
}

/** A jammed bolt, and a gate that the cloud cannot reach. */
async function trouble(): Promise<void> {
  const { control } = system.cloud;
  const { client } = system.homeAssistant;
  control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Jammed" } });
  control.change({ device_id: GARDEN_GATE.id, states: { online: false } });
  await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "jammed");
  await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "unavailable", 60_000);
}

async function page(file: string, view: { dark?: boolean; width?: number }): Promise<void> {
  const opened = await openPage(system.browser, { width: 1100, height: 760, ...view });
  await opened.goto(system.gateway.url);
  await delay(1500);
  await opened.screenshot({ path: join(folder, file), fullPage: true });
  await opened.close();
}

async function dashboard(file: string, path: string, height: number): Promise<void> {
  const opened = await openDashboard(system.browser, system.homeAssistant, path, { width: 1100, height });
  await delay(6000);
  // What is urgent pulses, and would be caught half faded.
  await opened.screenshot({ path: join(folder, file), animations: "disabled" });
  await opened.close();
}
