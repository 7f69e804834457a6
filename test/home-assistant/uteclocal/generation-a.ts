import { expect, test } from "vitest";
import { FRONT_DOOR, GARDEN_GATE, PORCH_BULB } from "../../../src/simulator/devices/demo.ts";
import type { OldHouse } from "./old-house.ts";

const DOOR = "lock.front_door";
const BATTERY = "sensor.front_door_battery";
const HEALTH = "sensor.front_door_health";

export function promiseGenerationA(house: OldHouse): void {
  test("is set up: the list's first device is a lock, and each device has its sensors", async () => {
    house.wire.take();
    expect(await house.add()).toMatchObject({ type: "create_entry", title: "U-tec Local Gateway" });
    expect(house.asked().toSorted()).toEqual([
      ...Array<string>(2).fill("GET /api/devices HTTP/1.1"),
      statesOf(FRONT_DOOR),
    ]);
    // The sensors have not looked yet; by themselves they do so after 30 s.
    const entities = Object.keys(await house.entities());
    await house.client.callService("homeassistant", "update_entity", { entity_id: entities });
    expect(house.asked().toSorted()).toEqual(
      [FRONT_DOOR, FRONT_DOOR, FRONT_DOOR, GARDEN_GATE, GARDEN_GATE, PORCH_BULB, PORCH_BULB].map(statesOf),
    );
    expect(await house.entities()).toEqual({
      "lock.front_door": "locked",
      "sensor.front_door_battery": "80",
      "sensor.front_door_health": "Online",
      "sensor.garden_gate_battery": "100",
      "sensor.garden_gate_health": "Online",
      "sensor.porch_bulb_battery": "unknown",
      "sensor.porch_bulb_health": "Online",
    });
    expect((await house.client.state(DOOR))?.attributes).toMatchObject({ battery_level: 4, health_status: "Online" });
  });

  test("a door that was moved by hand is seen", async () => {
    house.change({ lock_state: "Unlocked", battery_level: 2 });
    await house.shows({ [DOOR]: "unlocked", [BATTERY]: "40" });
    house.change({ lock_state: "Locked", battery_level: 4 });
    await house.shows({ [DOOR]: "locked", [BATTERY]: "80" });
  });

  test("a command is one in the cloud, and the state that Home Assistant asks for right after it does not flip back", async () => {
    for (const [name, state] of [
      ["unlock", "unlocked"],
      ["lock", "locked"],
    ] as const) {
      const before = house.commands();
      house.wire.take();
      const seen = await house.during(DOOR, async () => {
        await house[name](DOOR);
        const asked = house.wire.take();
        const command = asked.findIndex(({ line }) => line === `POST /${name} HTTP/1.1`);
        expect(asked[command]?.body).toBe(`{"id":"${FRONT_DOOR.id}"}`);
        expect(asked[command]?.headers.get("content-type")).toBe("application/json");
        const after = asked.slice(command + 1).map(({ line, body }) => `${line} ${body}`);
        expect(after).toContain(statesOf(FRONT_DOOR));
        expect(after.filter((line) => !line.startsWith("POST /api/status "))).toEqual([]);
        await house.lookAgain(DOOR);
      });
      expect(seen).toEqual([state]);
      expect(house.commands() - before).toBe(1);
    }
  });

  test("a command whose answer is lost is not sent again, and is told as done once the door says so", async () => {
    const before = house.commands();
    house.cloud.control.fault({ where: "action", kind: "lost_after", action: "Uhome.Device/Command" });
    expect(await house.during(DOOR, () => house.unlock(DOOR))).toEqual(["unlocked"]);
    expect(house.commands() - before).toBe(1);
    await house.lock(DOOR);
  });

  test("a door in passage mode, one that is offline, and a cloud that fails: the person is told, the state stays", async () => {
    const before = house.cloud.control.counters().commands.executed;
    house.change({ lock_mode: 1 });
    await house.lookAgain(DOOR);
    await expect(house.unlock(DOOR)).rejects.toThrow("409");
    house.change({ lock_mode: 0, online: false });
    await house.lookAgain(DOOR);
    await expect(house.unlock(DOOR)).rejects.toThrow("409");
    await house.shows({ [DOOR]: "locked", [HEALTH]: "Offline" });
    house.change({ online: true });
    await house.shows({ [DOOR]: "locked", [HEALTH]: "Online" });
    house.cloud.control.fault({ where: "action", kind: "bad_request", action: "Uhome.Device/Command" });
    await expect(house.unlock(DOOR)).rejects.toThrow(/409|502/);
    expect(house.cloud.control.counters().commands.executed).toBe(before);
    expect(await house.state(DOOR)).toBe("locked");
  });

  test("a door that is jammed is not shown as unlocked", async () => {
    const seen = await house.during(DOOR, async () => {
      house.change({ lock_state: "Jammed" });
      await house.lookAgain(DOOR);
    });
    expect(seen).not.toContain("unlocked");
    // This generation keeps what it had, whatever it is told.
    expect(await house.state(DOOR)).toBe("locked");
    house.change({ lock_state: "Locked" });
    await house.lookAgain(DOOR);
  });

  test("while the cloud is away nothing changes, and who loads the integration then has its entities", async () => {
    house.cloud.control.set({ outage: true });
    const before = await house.entities();
    await house.lookAgain(...Object.keys(before));
    expect(await house.entities()).toEqual(before);
    await house.reload();
    await house.lookAgain(...Object.keys(before));
    expect(await house.entities()).toEqual(before);
    house.cloud.control.set({ outage: false });
  });

  test("a token that the cloud calls dead at HTTP 200 is told to who moves the door, and is well after a new sign-in", async () => {
    const before = house.commands();
    house.cloud.control.revoke();
    await house.lookAgain(DOOR);
    await expect(house.unlock(DOOR)).rejects.toThrow(/401|502|504/);
    expect(await house.state(DOOR)).toBe("locked");
    expect((await fetch(`${house.wire.url}/api/devices`)).status).toBe(200);
    await house.signIn();
    await house.lookAgain(DOOR);
    expect(house.commands()).toBe(before);
  });

  test("a gateway that restarts in the middle of a command sends no second one", async () => {
    const before = house.commands();
    const told = house.unlock(DOOR).then(
      () => "done",
      (error: unknown) => String(error),
    );
    await house.commanded(before + 1);
    await house.gateway.kill();
    expect(await told).toMatch(/disconnected|Connection/);
    await house.startGateway();
    await house.unlockedInTheCloud();
    await house.shows({ [DOOR]: "unlocked" });
    expect(house.commands() - before).toBe(1);
    await house.lock(DOOR);
  });
}

/** Whoever asks for a device's states asks so. */
function statesOf({ id }: { readonly id: string }): string {
  return `POST /api/status HTTP/1.1 {"id":"${id}"}`;
}
