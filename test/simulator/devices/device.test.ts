import { describe, expect, test } from "vitest";
import { DEMO, HALL_DIMMER, LAMPS, READING_LAMP } from "../../../src/simulator/devices/demo.ts";
import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";
import { FRONT, GATE, LOCK_STATE, visit } from "./visit.ts";

const PLUG: DeviceDefinition = {
  id: "plug",
  name: "Lamp",
  category: "SmartSwitch",
  handle_type: "utec-dimmer",
  model: "US01",
  hw_version: "01.01.0330",
};

describe("a lock", () => {
  test("in passage mode stays open and takes no notice of lock and unlock", async () => {
    const { visitor, control, lockState } = await visit();
    await visitor.command(GATE, "st.lock", "setMode", { mode: 1 });
    expect(await lockState(GATE)).toBe("Unlocked");
    expect(await visitor.command(GATE, "st.lock", "lock")).toMatchObject({ states: [{ value: 20 }] });
    expect(await lockState(GATE)).toBe("Unlocked");
    expect(control.counters().commands).toMatchObject({ accepted: 2, executed: 1 });
    await visitor.command(GATE, "st.lock", "setMode", { mode: 0 });
    await visitor.command(GATE, "st.lock", "lock");
    expect(await lockState(GATE)).toBe("Locked");
  });

  test("that locks itself does so after its time, whoever opened it", async () => {
    const { clock, visitor, control, lockState } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 } });
    await visitor.command(GATE, "st.lock", "unlock");
    clock.advance(29_999);
    expect(await lockState(GATE)).toBe("Unlocked");
    clock.advance(1);
    expect(await lockState(GATE)).toBe("Locked");
    control.change({ device_id: GATE, states: { lock_state: "Unlocked" } });
    clock.advance(30_000);
    expect(await lockState(GATE)).toBe("Locked");
  });

  test("that locks itself needs no cloud for it", async () => {
    const { clock, control } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 }, states: { online: false } });
    control.change({ device_id: GATE, states: { lock_state: "Unlocked" } });
    clock.advance(30_000);
    expect(control.devices()).toMatchObject([{}, { actual: { lock_state: "Locked" } }]);
  });

  test("that locks itself does not in passage mode", async () => {
    const { clock, visitor, control, lockState } = await visit();
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 } });
    await visitor.command(GATE, "st.lock", "setMode", { mode: 1 });
    clock.advance(60_000);
    expect(await lockState(GATE)).toBe("Unlocked");
  });

  test("turned by hand is seen at the next Query, door and all", async () => {
    const { visitor, control } = await visit();
    control.change({ device_id: FRONT, states: { lock_state: "Unlocked", door_state: "Open" } });
    expect(await visitor.query(FRONT)).toMatchObject([
      { [LOCK_STATE]: "Unlocked", "st.doorSensor sensorState": "Open" },
    ]);
  });

  test("that is replaced does nothing any more", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1500 });
    await visitor.command(FRONT, "st.lock", "unlock");
    control.furnish(DEMO.devices);
    clock.advance(1500);
    expect(control.counters().commands).toMatchObject({ accepted: 1, executed: 0 });
  });

  test("leaves nothing under way when the cloud closes", async () => {
    const { clock, visitor, control } = await visit({ settle_ms: 1500, stale_ms: 1000 });
    control.change({ device_id: GATE, behaviour: { auto_lock_ms: 30_000 }, states: { lock_state: "Unlocked" } });
    await visitor.command(FRONT, "st.lock", "unlock");
    expect(clock.armed).toBe(3);
    await visitor.cloud.close();
    expect(clock.armed).toBe(0);
  });
});

describe("other kinds", () => {
  test("a dimmer goes on, off and to a level; level 0 is off", async () => {
    const { visitor } = await visit({}, [PLUG]);
    expect(await visitor.command("plug", "st.switch", "on")).toMatchObject({ states: [{ value: 5 }] });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "on", "st.switchLevel level": 100 }]);
    await visitor.command("plug", "st.switch", "off");
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "off" }]);
    await visitor.command("plug", "st.switchLevel", "setLevel", { level: 40 });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "on", "st.switchLevel level": 40 }]);
    await visitor.command("plug", "st.switchLevel", "setLevel", { level: 0 });
    expect(await visitor.query("plug")).toMatchObject([{ "st.switch switch": "off", "st.switchLevel level": 40 }]);
    expect(await visitor.command("plug", "st.switchLevel", "setLevel", { level: 101 })).toHaveProperty("error");
  });

  test("a bulb goes to a colour and to a colour temperature, and on with them", async () => {
    const { visitor } = await visit({}, LAMPS);
    const { id } = READING_LAMP;
    const color = { r: 255, g: 120, b: 0 };
    expect(await visitor.command(id, "st.color", "color", { value: color })).toMatchObject({ states: [{ value: 5 }] });
    expect(await visitor.query(id)).toMatchObject([{ "st.switch switch": "on", "st.color color": color }]);
    await visitor.command(id, "st.colorTemperature", "temperature", { value: 2700 });
    expect(await visitor.query(id)).toMatchObject([{ "st.colorTemperature temperature": 2700 }]);
    for (const value of [undefined, "red", { r: 1, g: 2 }, { r: 1, g: 2, b: 256 }]) {
      expect(await visitor.command(id, "st.color", "color", { value })).toHaveProperty("error");
    }
    for (const value of [undefined, 1999, 9001, "2700"]) {
      expect(await visitor.command(id, "st.colorTemperature", "temperature", { value })).toHaveProperty("error");
    }
    expect(await visitor.command(HALL_DIMMER.id, "st.color", "color", { value: color })).toHaveProperty("error");
  });

  test("a kind that nobody knows has its health, and what it is said to have", async () => {
    const siren = { ...PLUG, id: "siren", category: "Siren", handle_type: "utec-siren" };
    const { visitor } = await visit({}, [siren, { ...siren, id: "other", capabilities: ["st.batteryLevel"] }]);
    expect(await visitor.discover()).toMatchObject([{ handleType: "utec-siren", category: "Siren" }, {}]);
    expect(await visitor.query("siren", "other")).toEqual([
      { "st.healthCheck status": "Online" },
      { "st.healthCheck status": "Online", "st.batteryLevel level": 5 },
    ]);
  });
});
