import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FRONT_DOOR, GARDEN_GATE } from "../../src/simulator/devices/demo.ts";
import { openDashboard } from "../processes/browser.ts";
import { DOORS_PATH, makeDoorsDashboard } from "../home-assistant/doors-dashboard.ts";
import { ENTITY, WholeSystem } from "../processes/whole-system.ts";

const folder = join(import.meta.dirname, "../../docs/images");

const system = new WholeSystem();

/** The docs' pictures of a real Home Assistant with the gateway in it. */
export async function takeRealHome(): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await system.start();
    await live();
    await makeDoorsDashboard(system.homeAssistant.client);
    await dashboard("dashboard.png", `/${DOORS_PATH}/0`, 620);
    await dashboard("integration.png", "/config/integrations/integration/utec_gateway", 620);
    await dashboard("account-device.png", `/config/devices/device/${await deviceOf(ENTITY.tokenStatus)}`, 1100);
    await dashboard("lock-device.png", `/config/devices/device/${await deviceOf(ENTITY.frontDoor)}`, 1000);
    await dashboard("blueprint.png", await blueprint(), 900);
    await trouble();
    await dashboard("dashboard-trouble.png", `/${DOORS_PATH}/0`, 440);
    await repair("repair.png");
    console.log(`Pictures in ${folder}.`);
  } finally {
    await system.stop();
  }
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

/** The page of the device to which an entity belongs. */
async function deviceOf(entityId: string): Promise<string> {
  const entity = await system.homeAssistant.client.ws<{ device_id: string }>({
    type: "config/entity_registry/get",
    entity_id: entityId,
  });
  return entity.device_id;
}

/** Makes an automation of a blueprint; returns where it is edited. */
async function blueprint(): Promise<string> {
  const home = join(system.folder, "home-assistant", "blueprints");
  await cp(join(import.meta.dirname, "../../blueprints"), home, { recursive: true });
  await system.homeAssistant.client.createAutomation("lock_by_itself", {
    alias: "Lock the front door by itself",
    use_blueprint: {
      path: "utec_gateway/lock_by_itself.yaml",
      input: { lock: ENTITY.frontDoor, doors: ["binary_sensor.front_door_door"], wait: { minutes: 5 } },
    },
  });
  return "/config/automation/edit/lock_by_itself";
}

/** The repair of an account that somebody has signed out, as it is opened. */
async function repair(file: string): Promise<void> {
  const account_id = (await system.gateway.account()).id;
  await system.gateway.post("api/accounts/sign-out", { account_id });
  await system.homeAssistant.client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "on");
  const view = { width: 1100, height: 640 };
  const opened = await openDashboard(system.browser, system.homeAssistant, "/config/repairs", view);
  await opened.getByText("Sign in to the U-tec account").click({ timeout: 30_000 });
  await delay(3000);
  await opened.screenshot({ path: join(folder, file), animations: "disabled" });
  await opened.close();
}

async function dashboard(file: string, path: string, height: number): Promise<void> {
  const opened = await openDashboard(system.browser, system.homeAssistant, path, { width: 1100, height });
  await delay(6000);
  // What is urgent pulses, and would be caught half faded.
  await opened.screenshot({ path: join(folder, file), animations: "disabled" });
  await opened.close();
}
