import { expect, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { FRONT_DOOR, GARDEN_GATE, PORCH_BULB } from "../../../src/simulator/devices/demo.ts";
import type { OldHouse } from "./old-house.ts";

const DOOR = "lock.front_door";
const STATUS = "sensor.front_door_status";
const ALL = {
  "lock.front_door": "locked",
  "lock.garden_gate": "locked",
  "sensor.front_door_battery": "80",
  "sensor.front_door_status": "Online",
  "sensor.garden_gate_battery": "100",
  "sensor.garden_gate_status": "Online",
  "sensor.porch_bulb_status": "Online",
};
/** One update: the list, then each device of it in its order. */
const UPDATE = [
  "GET /api/devices HTTP/1.1",
  ...[FRONT_DOOR, GARDEN_GATE, PORCH_BULB].map(({ id }) => `POST /api/status HTTP/1.1 {"id":"${id}"}`),
];

/** B is added to a home that does not have it. */
export function promiseSetUp(house: OldHouse): void {
  test("is set up where the gateway answers, once, and has what the cloud lists", async () => {
    await house.remove();
    await house.install("b");
    await house.homeAssistant.restart();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await house.add(nobody)).toMatchObject({ type: "form", errors: { base: "cannot_connect" } });
    house.wire.take();
    expect(await house.add(`${house.wire.url}/`)).toMatchObject({ type: "create_entry", title: "U-tec Local Gateway" });
    expect(house.asked()).toEqual(["GET /health HTTP/1.1", ...UPDATE]);
    expect(await house.entities()).toEqual(ALL);
    expect(await house.add()).toMatchObject({ type: "abort", reason: "already_configured" });
  });

  test("shows the model of each device", async () => {
    const devices = await house.client.ws<{ identifiers: string[][]; model: string; manufacturer: string }[]>({
      type: "config/device_registry/list",
    });
    const own = devices.filter(({ identifiers }) => identifiers.some(([domain]) => domain === "uteclocal"));
    expect(own.map(({ identifiers, manufacturer, model }) => [identifiers[0]?.[1], manufacturer, model])).toEqual(
      [FRONT_DOOR, GARDEN_GATE, PORCH_BULB].map(({ id, model }) => [id, "U-tec", model]),
    );
  });
}

/** C takes B's place, with its entry and its entities, while the cloud is away. */
export function promiseUpgrade(house: OldHouse): void {
  test("Home Assistant that restarts while the cloud is away has every entity, with its state", async () => {
    house.cloud.control.set({ outage: true });
    await house.install("c");
    await house.homeAssistant.restart();
    await house.client.waitForState(DOOR, ({ state }) => state === "locked");
    expect(await house.entities()).toEqual(ALL);
    house.cloud.control.set({ outage: false });
  });
}

export function promiseBehaviour(house: OldHouse): void {
  test("a door that was moved by hand is seen", async () => {
    house.change({ lock_state: "Unlocked", battery_level: 2 });
    await house.shows({ ...ALL, "lock.front_door": "unlocked", "sensor.front_door_battery": "40" }, [DOOR]);
    house.change({ lock_state: "Locked", battery_level: 4 });
    await house.shows(ALL, [DOOR]);
  });

  test("a command is one in the cloud, and the look after it shows the new state", async () => {
    for (const [name, state] of [
      ["unlock", "unlocked"],
      ["lock", "locked"],
    ] as const) {
      const before = house.commands();
      house.wire.take();
      expect(await house.during(DOOR, () => house[name](DOOR))).toEqual([state]);
      const asked = house.asked();
      const command = asked.indexOf(`POST /api/${name} HTTP/1.1 {"id":"${FRONT_DOOR.id}"}`);
      expect(asked.slice(command + 1, command + 1 + UPDATE.length)).toEqual(UPDATE);
      expect(house.commands() - before).toBe(1);
    }
  });

  test("a command that is refused leaves every entity as it was", async () => {
    const before = house.cloud.control.counters().commands.executed;
    house.change({ lock_mode: 1 });
    await house.lookAgain(DOOR);
    await house.unlock(DOOR);
    house.change({ lock_mode: 0 });
    house.cloud.control.fault({ where: "action", kind: "bad_request", action: "Uhome.Device/Command" });
    await house.lookAgain(DOOR);
    await house.unlock(DOOR);
    await house.lookAgain(DOOR);
    expect(await house.entities()).toEqual(ALL);
    expect(house.cloud.control.counters().commands.executed).toBe(before);
  });

  test("a door that is offline is said to be, and keeps its state", async () => {
    house.change({ online: false });
    await house.shows({ ...ALL, [STATUS]: "Offline" }, [DOOR]);
    await house.unlock(DOOR);
    expect(await house.entities()).toEqual({ ...ALL, [STATUS]: "Offline" });
    house.change({ online: true });
    await house.shows(ALL, [DOOR]);
  });

  test("a door that is jammed is unknown, never unlocked", async () => {
    const seen = await house.during(DOOR, async () => {
      house.change({ lock_state: "Jammed" });
      await house.shows({ [DOOR]: "unknown" });
      house.change({ lock_state: "Locked" });
      await house.shows({ [DOOR]: "locked" });
    });
    expect(seen).toEqual(["unknown", "locked"]);
  });

  test("while the cloud is away every entity stays as it is, and one that is loaded then is there too", async () => {
    house.cloud.control.set({ outage: true });
    await house.lookAgain(DOOR);
    expect(await house.entities()).toEqual(ALL);
    expect((await fetch(`${house.wire.url}/api/devices`)).status).toBe(200);
    await house.reload();
    expect(await house.entities()).toEqual(ALL);
    house.cloud.control.set({ outage: false });
  });

  test("a token that the cloud calls dead at HTTP 200 takes no entity away, and is well after a new sign-in", async () => {
    house.cloud.control.revoke();
    await house.lookAgain(DOOR);
    expect(await house.entities()).toEqual(ALL);
    await house.reload();
    expect(await house.entities()).toEqual(ALL);
    await house.signIn();
    await house.lookAgain(DOOR);
    expect(await house.entities()).toEqual(ALL);
  });
}

export function promiseOneCommand(house: OldHouse): void {
  test("a gateway that restarts in the middle of a command sends no second one", async () => {
    const before = house.commands();
    const called = house.unlock(DOOR);
    await house.commanded(before + 1);
    await house.gateway.stop();
    await called;
    await house.startGateway();
    await house.unlockedInTheCloud();
    await house.shows({ [DOOR]: "unlocked" });
    expect(house.commands() - before).toBe(1);
    await house.lock(DOOR);
    expect(await house.entities()).toEqual(ALL);
    expect(house.commands() - before).toBe(2);
  });
}

export function promiseHonesty(house: OldHouse): void {
  test("a command whose answer is lost is not sent again, and the new state is shown", async () => {
    const before = house.commands();
    house.cloud.control.fault({ where: "action", kind: "lost_after", action: "Uhome.Device/Command" });
    expect(await house.during(DOOR, () => house.unlock(DOOR))).toEqual(["unlocked"]);
    await house.lock(DOOR);
    expect(house.commands() - before).toBe(2);
  });

  test("states that are too old to be shown are unknown, and the entities stay", async () => {
    house.cloud.control.set({ outage: true });
    await house.gateway.stop();
    house.asAfterABoot();
    await house.startGateway();
    await house.lookAgain(DOOR);
    expect(await house.entities()).toMatchObject({ "lock.front_door": "unknown", "lock.garden_gate": "unknown" });
    house.cloud.control.set({ outage: false });
    await house.shows(ALL, [DOOR]);
  });
}
