import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTITY, WholeSystem } from "../../../scripts/processes/whole-system.ts";
import { FRONT_DOOR, GARDEN_GATE } from "../../../src/simulator/devices/demo.ts";

/** A dead grant is confirmed once after a minute before a person is asked. */
const CONFIRMED_WITHIN_MS = 110_000;
/** The gateway looks at the locks every ten seconds. */
const SEEN_WITHIN_MS = 40_000;
/** Tokens are looked at every ten seconds: long enough for two. */
const LOOKS_MS = 22_000;
const TOKEN_EXPIRY = "sensor.u_tec_token_expires";
const DOMAIN = "utec_gateway.";
const DOOR = "binary_sensor.front_door_door";
const BATTERY_LOW = "binary_sensor.front_door_low_battery";

interface Notification {
  readonly title: string;
  readonly message: string;
}

const system = new WholeSystem();

beforeAll(async () => {
  await system.start();
  const home = join(system.folder, "home-assistant", "blueprints");
  await cp(join(import.meta.dirname, "../../../blueprints"), home, { recursive: true });
});
afterAll(() => system.stop());

describe("our blueprints in the real Home Assistant", () => {
  test("it lists all five, and finds nothing wrong with them", async () => {
    const listed = await system.homeAssistant.client.ws<Record<string, { metadata?: object; error?: string }>>({
      type: "blueprint/list",
      domain: "automation",
    });
    const ours = Object.entries(listed).filter(([path]) => path.startsWith("utec_gateway/"));
    expect(ours.map(([path]) => path).toSorted()).toEqual(
      ["battery_low", "left_unlocked_at_night", "lock_by_itself", "token_trouble", "who_unlocked"].map(
        (name) => `utec_gateway/${name}.yaml`,
      ),
    );
    expect(ours.filter(([, { error }]) => error !== undefined)).toEqual([]);
  });

  test("who unlocked: whoever asked is named, and a key is nobody's", async () => {
    const { client } = system.homeAssistant;
    await instantiate("who_unlocked", { locks: [ENTITY.frontDoor] });
    await client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
    await expect.poll(() => told("Front door unlocked")).toEqual(["By Demo."]);
    await client.callService("lock", "lock", { entity_id: ENTITY.frontDoor });
    byHand({ lock_state: "Unlocked" });
    await expect
      .poll(() => told("Front door unlocked"), { timeout: SEEN_WITHIN_MS })
      .toEqual(["Without a command: by hand, with a code, or in the Xthings Home app."]);
  });

  test("lock by itself: not while the door is open, but when it has been shut, and over a restart", async () => {
    const { client } = system.homeAssistant;
    const seen: string[] = [];
    byHand({ lock_state: "Unlocked", door_state: "Open" });
    await client.waitForState(DOOR, ({ state }) => state === "on", SEEN_WITHIN_MS);
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "unlocked", SEEN_WITHIN_MS);
    const stopWatching = await client.watchState(ENTITY.frontDoor, (state) => seen.push(state?.state ?? "gone"));
    await instantiate("lock_by_itself", { lock: ENTITY.frontDoor, doors: [DOOR], wait: { seconds: 4 } });
    await aWhile(6000);
    expect(seen).toEqual([]);
    byHand({ door_state: "Closed" });
    await client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", SEEN_WITHIN_MS);
    await stopWatching();

    await client.callService("lock", "unlock", { entity_id: ENTITY.frontDoor });
    await system.homeAssistant.restart();
    await system.homeAssistant.client.waitForState(ENTITY.frontDoor, ({ state }) => state === "locked", SEEN_WITHIN_MS);
  });

  test("left unlocked at night: the lock that was unlocked during it is named", async () => {
    await instantiate("left_unlocked_at_night", {
      locks: [ENTITY.frontDoor, ENTITY.gardenGate],
      begins: clock(-60),
      ends: clock(60),
      wait: { seconds: 1 },
    });
    await system.homeAssistant.client.callService("lock", "unlock", { entity_id: ENTITY.gardenGate });
    await expect.poll(() => told("Left unlocked"), { timeout: SEEN_WITHIN_MS }).toEqual(["Garden gate is unlocked."]);
    await system.homeAssistant.client.callService("lock", "lock", { entity_id: ENTITY.gardenGate });
  });

  test("battery low: the door is named", async () => {
    await system.homeAssistant.client.waitForState(BATTERY_LOW, ({ state }) => state === "off");
    await instantiate("battery_low", { batteries: [BATTERY_LOW] });
    byHand({ battery_level: 1 });
    await expect
      .poll(() => told("Batteries are low"), { timeout: SEEN_WITHIN_MS })
      .toEqual(["Change the batteries of: Front door."]);
  });
});

describe("our triggers and conditions in the real Home Assistant", () => {
  test("its editor is told of them", async () => {
    expect(await described("trigger_platforms/subscribe")).toEqual([
      "lock_command_failed",
      "token_expires_within",
      "token_problem_started",
    ]);
    expect(await described("condition_platforms/subscribe")).toEqual([
      "lock_last_command_failed",
      "token_expires_within",
      "token_has_problem",
    ]);
  });

  test("a command that fails fires, whoever asked, and is then the last one", async () => {
    const { client } = system.homeAssistant;
    const target = { entity_id: ENTITY.gardenGate };
    await enable("sensor.garden_gate_last_command");
    await client.createAutomation("failed_command", {
      alias: "failed command",
      triggers: [{ trigger: "utec_gateway.lock_command_failed", target }],
      conditions: [{ condition: "utec_gateway.lock_last_command_failed", target }],
      actions: [
        {
          action: "persistent_notification.create",
          data: {
            title: "Command failed",
            message: "{{ trigger.to_state.attributes.command }}: {{ trigger.to_state.attributes.code }}",
          },
        },
      ],
    });
    await system.gateway.command(GARDEN_GATE.id, "unlock");
    await client.waitForState(ENTITY.gardenGate, ({ state }) => state === "unlocked");
    system.cloud.control.change({ device_id: GARDEN_GATE.id, states: { online: false } });
    await expect(client.callService("lock", "lock", target)).rejects.toThrow();
    await expect.poll(() => told("Command failed")).toEqual(["lock: device_offline"]);
    await expect(client.callService("lock", "lock", target)).rejects.toThrow();
    await expect.poll(() => told("Command failed")).toHaveLength(2);
    system.cloud.control.change({ device_id: GARDEN_GATE.id, states: { online: true } });
  });

  test("a token whose end comes near fires once, and the condition then holds", async () => {
    const { client } = system.homeAssistant;
    const target = { entity_id: TOKEN_EXPIRY };
    const end = await client.waitForState(TOKEN_EXPIRY, ({ state }) => !Number.isNaN(Date.parse(state)));
    // So long before its end as it is in a quarter of a minute: it is looked at once before.
    const seconds = Math.floor((Date.parse(end.state) - Date.now()) / 1000) - 15;
    const options = { duration: { seconds } };
    await client.createAutomation("near_end", {
      alias: "near end",
      triggers: [{ trigger: "utec_gateway.token_expires_within", target, options }],
      conditions: [{ condition: "utec_gateway.token_expires_within", target, options }],
      actions: [
        {
          action: "persistent_notification.create",
          data: { title: "Near its end", message: "{{ trigger.account }} {{ trigger.expires_at.isoformat() }}" },
        },
      ],
    });
    expect(await told("Near its end")).toEqual([]);
    await expect.poll(() => told("Near its end"), { timeout: SEEN_WITHIN_MS }).toHaveLength(1);
    expect(await told("Near its end")).toEqual([expect.stringMatching(/^U-tec 20/)]);
    await aWhile(LOOKS_MS);
    expect(await told("Near its end")).toHaveLength(1);
  });

  test("the blueprint token trouble tells once, with a link, also over a restart", async () => {
    const { client } = system.homeAssistant;
    await instantiate("token_trouble", { accounts: [ENTITY.tokenProblem] });
    expect(system.cloud.control.revoke()).toBeGreaterThan(0);
    await client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "on", CONFIRMED_WITHIN_MS);
    const title = "U-tec needs attention";
    await expect.poll(() => told(title)).toEqual([expect.stringMatching(/^Sign in again .* \[.*\]\(\S+\)$/)]);
    await client.ws({ type: "call_service", domain: "persistent_notification", service: "dismiss_all" });
    await system.homeAssistant.restart();
    await system.homeAssistant.client.waitForState(ENTITY.tokenProblem, ({ state }) => state === "on");
    await aWhile(LOOKS_MS);
    expect(await told(title)).toEqual([]);
  });

  test("nothing is said against them in the log", () => {
    const complaints = system.homeAssistant
      .log()
      .split("\n")
      .filter((line) => / (WARNING|ERROR|CRITICAL) /.test(line))
      .filter((line) =>
        /\.(trigger|condition|automation|blueprint|script)\b|triggers\.yaml|conditions\.yaml/.test(line),
      );
    expect(complaints).toEqual([]);
  });
});

/** Makes an automation of a blueprint, as the editor does; what it tells is a notification of Home Assistant. */
async function instantiate(name: string, input: object): Promise<void> {
  await system.homeAssistant.client.createAutomation(name, {
    alias: name,
    use_blueprint: { path: `utec_gateway/${name}.yaml`, input },
  });
}

/** Enables an entity that is disabled by default, and has Home Assistant make it at once. */
async function enable(entityId: string): Promise<void> {
  const { client } = system.homeAssistant;
  await client.ws({ type: "config/entity_registry/update", entity_id: entityId, disabled_by: null });
  const [entry] = await client.entries("utec_gateway");
  await client.reloadEntry(entry?.entry_id ?? "");
  await client.waitForState(entityId, ({ state }) => state !== "unavailable");
}

function aWhile(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function byHand(states: Readonly<Record<string, string | number>>): void {
  system.cloud.control.change({ device_id: FRONT_DOOR.id, states });
}

/** The messages that have been told under a title, oldest first. */
async function told(title: string): Promise<string[]> {
  const all = await system.homeAssistant.client.ws<Notification[]>({ type: "persistent_notification/get" });
  return all.filter((it) => it.title === title).map(({ message }) => message);
}

/** The keys of ours that a subscription tells of. */
async function described(type: string): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const stop = await system.homeAssistant.client.subscribe({ type }, (event) => {
    const ours = Object.keys(event as object).filter((key) => key.startsWith(DOMAIN));
    if (ours.length > 0) resolve(ours.map((key) => key.slice(DOMAIN.length)).toSorted());
  });
  const keys = await promise;
  await stop();
  return keys;
}

/** A time of the day so many minutes from now. */
function clock(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toTimeString().slice(0, 8);
}
