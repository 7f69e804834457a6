/**
 * Pictures of a lock in each of its states, taken of a real Home Assistant:
 *
 *     node scripts/home-assistant/state-pictures.ts FOLDER
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { FRONT_DOOR, GARDEN_GATE } from "../../src/simulator/devices/demo.ts";
import { openDashboard } from "../processes/browser.ts";
import { ENTITY, WholeSystem } from "../processes/whole-system.ts";
import { DOORS_PATH, makeDoorsDashboard } from "./doors-dashboard.ts";

const DOORS = `/${DOORS_PATH}/0`;

const folder = process.argv[2] ?? "state-pictures";
const system = new WholeSystem();
try {
  await mkdir(folder, { recursive: true });
  await system.start();
  await makeDoorsDashboard(system.homeAssistant.client);
  const { client } = system.homeAssistant;
  const { control } = system.cloud;

  control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Jammed" } });
  control.change({ device_id: GARDEN_GATE.id, states: { lock_state: "Unlocked", lock_mode: 1 } });
  await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "jammed");
  await client.waitForState(ENTITY.gateMode, ({ state }) => state === "passage");
  await picture("jammed-and-passage", DOORS);
  await picture("passage-dialog", dialog(ENTITY.gardenGate));
  await refused("passage-refused", ENTITY.gardenGate);

  control.change({ device_id: FRONT_DOOR.id, states: { lock_state: "Unlocked" } });
  control.change({ device_id: GARDEN_GATE.id, states: { lock_state: "Locked", lock_mode: 2, online: false } });
  await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked");
  await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "unavailable", 40_000);
  await picture("offline", DOORS);
  await picture("offline-dialog", dialog(ENTITY.gardenGate));
  await picture("offline-connection", dialog(ENTITY.gateConnection));

  control.set({ deferred_s: 1 });
  control.change({ device_id: FRONT_DOOR.id, behaviour: { next_commands: ["ignored"] } });
  await refused("unconfirmed", ENTITY.frontDoor, 8000);

  control.change({ device_id: GARDEN_GATE.id, states: { online: true } });
  await client.waitForState(ENTITY.gateMode, ({ state }) => state === "always_locked", 40_000);
  await picture("always-locked", DOORS);
  control.set({ outage: true });
  await client.waitForState(ENTITY.frontDoor, ({ attributes }) => attributes["freshness"] === "stale", 60_000);
  await picture("stale", DOORS);
  await picture("stale-dialog", dialog(ENTITY.frontDoor));
  await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unavailable", 90_000);
  await picture("too-old", DOORS);
  await picture("too-old-dialog", dialog(ENTITY.frontDoor));
  console.log(`Pictures in ${folder}.`);
} finally {
  await system.stop();
}

function dialog(entityId: string): string {
  return `${DOORS}?more-info-entity-id=${entityId}`;
}

async function picture(name: string, path: string): Promise<void> {
  const page = await openDashboard(system.browser, system.homeAssistant, path, { width: 1100, height: 760 });
  await delay(5000);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  await page.close();
}

/** What people see when they ask for something that the lock does not do. */
async function refused(name: string, entityId: string, afterMs = 1500): Promise<void> {
  const page = await openDashboard(system.browser, system.homeAssistant, dialog(entityId), {
    width: 1100,
    height: 760,
  });
  await page.locator("ha-state-control-lock-toggle ha-control-switch").click({ timeout: 30_000 });
  await delay(afterMs);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
