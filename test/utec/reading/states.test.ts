import { describe, expect, it } from "vitest";
import { readReports } from "../../../src/utec/reading/states.ts";
import type { DeviceReport } from "../../../src/utec/reading/states.ts";

const read = (payload: unknown): DeviceReport[] => readReports(payload, (words) => words);

function report(states: unknown): DeviceReport {
  const [only] = read({ devices: [{ id: "door", states }] });
  if (!only) throw new Error("The report was not read.");
  return only;
}

const one = (capability: string, name: string, value: unknown): DeviceReport => report([{ capability, name, value }]);

describe("whether a device is online", () => {
  it.each([
    ["st.healthCheck", "status", "Offline", false],
    ["ST.HEALTHCHECK", "Status", "offline", false],
    ["st.firmware", "status", "Offline", undefined],
    ["st.lock", "status", "Offline", undefined],
    ["st.healthCheck", "mode", "Offline", undefined],
    ["st.healthCheck", "status", "Tired", undefined],
  ])("is reported by the health check's status alone: %s %s %s", (capability, name, value, online) => {
    expect(one(capability, name, value).online).toBe(online);
  });
});

describe("a state", () => {
  it.each([
    ["as documented", "st.lock", "lockState", "Locked"],
    ["in the casing of the articles", "st.Lock", "lockState", "locked"],
    ["in capitals", "ST.LOCK", "LOCKSTATE", "LOCKED"],
  ])("is read %s", (_case, capability, name, value) => {
    expect(one(capability, name, value)).toMatchObject({ lock_state: "locked", capabilities: ["st.lock"] });
  });

  it("is read from entries whose own members are in another casing", () => {
    const [only] = read({
      Devices: [{ ID: "door", States: [{ Capability: "st.doorsensor", Name: "SensorState", Value: "OPEN" }] }],
    });
    expect(only).toMatchObject({ id: "door", door_state: "open", capabilities: ["st.doorSensor"] });
  });

  it("is read from a mapping", () => {
    expect(
      report({ "st.Lock": { lockState: "Jammed", lockMode: "1" }, "st.healthCheck": { status: "online" } }),
    ).toEqual({
      id: "door",
      error: undefined,
      online: true,
      lock_state: "jammed",
      lock_mode: "passage",
      door_state: undefined,
      battery: undefined,
      switch_state: undefined,
      level: undefined,
      color: undefined,
      color_temperature: undefined,
      deferredS: undefined,
      capabilities: ["st.lock", "st.healthCheck"],
    });
  });

  it.each([
    [0, "normal"],
    ["0", "normal"],
    [1, "passage"],
    ["2", "always_locked"],
    [9, undefined],
  ])("lockMode %j is %s", (value, mode) => {
    expect(one("st.lock", "lockMode", value).lock_mode).toBe(mode);
  });

  it.each([
    [1, { level: 1, percent: 10 }],
    [3, { level: 3, percent: 50 }],
    ["5", { level: 5, percent: 100 }],
    [72, { level: null, percent: 72 }],
    ["85", { level: null, percent: 85 }],
    [0, { level: null, percent: 0 }],
    [2.5, undefined],
    [-1, undefined],
    [101, undefined],
    ["", undefined],
    ["full", undefined],
    [null, undefined],
    [true, undefined],
  ])("battery level %j is %j", (value, battery) => {
    expect(one("st.BatteryLevel", "level", value).battery).toEqual(battery);
  });

  it("of a deferred answer is not a trait of the device", () => {
    expect(one("st.DeferredResponse", "seconds", "20")).toMatchObject({ deferredS: 20, capabilities: [] });
  });

  it.each([
    ["st.Switch", "switch", "On", { switch_state: "on" }],
    ["st.switchLevel", "level", "40", { level: 40 }],
    ["st.switchLevel", "level", 101, { level: undefined }],
    ["st.color", "color", { R: 1, g: "2", b: 255 }, { color: { r: 1, g: 2, b: 255 } }],
    ["st.color", "color", { r: 1, g: 2 }, { color: undefined }],
    ["st.colorTemperature", "temperature", 4000, { color_temperature: 4000 }],
  ])("of a light is read: %s %s %j", (capability, name, value, expected) => {
    expect(one(capability, name, value)).toMatchObject(expected);
  });

  it("that is not understood is left out, whatever it is", () => {
    const nothing = { online: undefined, lock_state: undefined, battery: undefined };
    for (const states of [undefined, null, "x", 3, [], [null, 3, {}], { "st.lock": "Locked" }]) {
      expect(report(states)).toMatchObject(nothing);
    }
    expect(one("st.lock", "lockState", "Half open")).toMatchObject(nothing);
    expect(one("st.lock", "lockState", { deep: 1 })).toMatchObject(nothing);
  });

  it("is not read from a device without an id", () => {
    expect(read({ devices: [{ states: [] }, null] })).toEqual([]);
    expect(read("nonsense")).toEqual([]);
  });
});
