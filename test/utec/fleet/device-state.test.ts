import { describe, expect, it } from "vitest";
import { aDevice } from "../../state/models.ts";
import { absorbReport, describeDevice } from "../../../src/utec/fleet/device-state.ts";
import type { DeviceRecord } from "../../../src/utec/reading/device-record.ts";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { readReports } from "../../../src/utec/reading/states.ts";
import type { DeviceReport } from "../../../src/utec/reading/states.ts";

const recordsOf = (payload: unknown): readonly DeviceRecord[] => readDeviceList(payload)?.records ?? [];

function record(device: object): ReturnType<typeof describeDevice> {
  const [read] = recordsOf({ devices: [device] });
  if (!read) throw new Error("The record was not read.");
  return describeDevice(read, "home", undefined);
}

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
  ])("is said by the health check's status alone: %s %s %s", (capability, name, value, online) => {
    expect(one(capability, name, value).online).toBe(online);
  });
});

describe("a record of the device list", () => {
  it("becomes a lock with everything that is known of it, and unknown states", () => {
    const lock = record({
      id: "A1:B2",
      name: "  Garden door ",
      category: "SmartLock",
      handleType: "utec-lock-sensor",
      deviceInfo: { manufacturer: "U-tec", model: "Latch-5-F", hwVersion: "02.30", serialNumber: "S1" },
      attributes: {},
    });
    expect(lock).toEqual({
      id: "A1:B2",
      name: "Garden door",
      account_id: "home",
      kind: "lock",
      category: "SmartLock",
      handle_type: "utec-lock-sensor",
      capabilities: ["st.healthCheck", "st.lock", "st.batteryLevel", "st.doorSensor"],
      unknown_capabilities: [],
      manufacturer: "U-tec",
      model: "Latch-5-F",
      firmware: "02.30",
      serial: "S1",
      online: null,
      lock_state: "unknown",
      lock_mode: null,
      transition: null,
      door_state: "unknown",
      battery_level: null,
      battery_percent: null,
      switch_state: null,
      level: null,
      level_range: null,
      color: null,
      color_temperature: null,
      color_temperature_range: null,
      said_at: {},
      confirmed_at: null,
      freshness: "unknown",
      available: true,
      trouble: null,
      missing_since_at: null,
    });
  });

  it.each([
    ["SmartLock", "utec-lock", "lock"],
    ["LOCK", "utec-lock", "lock"],
    [undefined, "UTEC-LOCK-Sensor", "lock"],
    ["SmartPlug", "utec-switch", "plug"],
    ["SmartSwitch", "utec-dimmer", "switch"],
    ["SmartSwitch", "utec-swtich", "switch"],
    [undefined, "utec-swtich", "switch"],
    ["LIGHT", "utec-dimmer", "light"],
    ["Light", "utec-light-rgbaw-br", "light"],
    [undefined, "utec-bulb-color-rgbw", "light"],
    ["SmartClock", "utec-clock", "unknown"],
    ["SmartBridge", "bridge0503", "unknown"],
    [undefined, undefined, "unknown"],
  ])("of category %s and handle type %s is of kind %s", (category, handleType, kind) => {
    expect(record({ id: "x", category, handleType }).kind).toBe(kind);
  });

  it("may say `type` for `category`, write its members in any casing and its id as a number", () => {
    expect(record({ ID: 17, Name: "Lamp", TYPE: "LIGHT", HandleType: "utec-dimmer" })).toMatchObject({
      id: "17",
      name: "Lamp",
      kind: "light",
      category: "LIGHT",
    });
  });

  it("without a name is called by its model and the end of its id, or by its kind", () => {
    const id = "7C:DF:A1:68:3E:6A";
    expect(record({ id, name: "   ", deviceInfo: { model: "Latch-5-F" } }).name).toBe("Latch-5-F 3E6A");
    expect(record({ id, category: "SmartLock" }).name).toBe("Lock 3E6A");
    expect(record({ id: "/:" }).name).toBe("Device");
  });

  it("without attributes and device info is a device all the same", () => {
    expect(record({ id: "x", name: "Lamp", category: "Light", handleType: "utec-dimmer" })).toMatchObject({
      kind: "light",
      manufacturer: null,
      model: null,
      lock_state: null,
      switch_state: "unknown",
      level: null,
      level_range: { min: 1, max: 100, step: 1 },
    });
  });

  it("keeps its custom data as it came", () => {
    const customData = { userId: 7, nested: ["a"] };
    expect(recordsOf({ devices: [{ id: "x", customData }] })[0]?.customData).toEqual(customData);
  });

  it("may stand in a mapping by id, or in a payload that is the list", () => {
    expect(recordsOf({ Devices: { x: { name: "X" }, y: null } }).map(({ id, name }) => [id, name])).toEqual([
      ["x", "X"],
    ]);
    expect(recordsOf([{ id: "x" }])).toHaveLength(1);
  });

  it("without an id is left out, and one that comes twice is one", () => {
    expect(recordsOf({ devices: [{ name: "no id" }, null, 3, "x", { id: "" }] })).toEqual([]);
    expect(
      recordsOf({
        devices: [
          { id: "x", name: "a" },
          { id: "x", name: "b" },
        ],
      }),
    ).toHaveLength(1);
  });

  it("that is no list says nothing", () => {
    for (const payload of [undefined, null, {}, "x", { devices: 3 }]) expect(readDeviceList(payload)).toBeNull();
  });

  it("that comes again keeps the states, the capabilities and the transition", () => {
    const [again] = recordsOf({ devices: [{ id: "door", name: "New name", category: "SmartLock" }] });
    if (!again) throw new Error("The record was not read.");
    const known = aDevice({ transition: "unlocking", door_state: "open", capabilities: ["st.lock", "st.doorSensor"] });
    expect(describeDevice(again, "home", known)).toMatchObject({
      name: "New name",
      lock_state: "locked",
      transition: "unlocking",
      door_state: "open",
      battery_percent: 70,
      capabilities: ["st.healthCheck", "st.lock", "st.batteryLevel", "st.doorSensor"],
    });
  });

  it("that leaves out what an earlier one said takes nothing away", () => {
    const [again] = recordsOf({ devices: [{ id: "door" }] });
    if (!again) throw new Error("The record was not read.");
    const known = aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 });
    expect(describeDevice(again, "home", known)).toEqual(known);
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

  it("of a deferred answer is no trait of the device", () => {
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

  it("that nobody understands is left out, whatever it is", () => {
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

describe("a device takes a report in", () => {
  const AT = 5000;

  it("and changes only what the report says, and only the ages of that", () => {
    const device = aDevice({ lock_mode: "passage", said_at: { lock_state: 1, lock_mode: 1 }, confirmed_at: 1 });
    expect(absorbReport(device, one("st.lock", "lockState", "Unlocked"), AT)).toEqual({
      ...device,
      lock_state: "unlocked",
      said_at: { lock_state: AT, lock_mode: 1 },
      confirmed_at: AT,
    });
  });

  it("and keeps values and their age when the report says nothing that is understood", () => {
    const device = aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 });
    expect(absorbReport(device, report([]), AT)).toEqual(device);
    expect(absorbReport(device, one("st.lock", "lockState", "?"), AT)).toEqual(device);
  });

  it("and does not call a lock confirmed because of what is said beside its bolt", () => {
    const said = report({ "st.healthCheck": { status: "Online" }, "st.batteryLevel": { level: 2 } });
    expect(absorbReport(aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 }), said, AT)).toMatchObject({
      battery_level: 2,
      said_at: { lock_state: 1, online: AT, battery: AT },
      confirmed_at: 1,
    });
  });

  it("and confirms a light by its switch", () => {
    const lamp = record({ id: "lamp", category: "Light", handleType: "utec-dimmer" });
    const dimmed = absorbReport(lamp, one("st.switchLevel", "level", 40), AT);
    expect(dimmed).toMatchObject({ level: 40, said_at: { level: AT }, confirmed_at: null });
    expect(absorbReport(dimmed, one("st.switch", "switch", "off"), AT + 1)).toMatchObject({ confirmed_at: AT + 1 });
  });

  it("but takes no memory of an offline device for a newer word", () => {
    const known = aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 });
    const said = report({
      "st.healthCheck": { status: "Offline" },
      "st.lock": { lockState: "Unlocked" },
      "st.batteryLevel": { level: 2 },
    });
    expect(absorbReport(known, said, AT)).toEqual({ ...known, battery_level: 2, battery_percent: 30 });
  });

  it("but takes no word for new that does not say whether an offline device is there again", () => {
    const known = aDevice({ online: false, said_at: { lock_state: 1 }, confirmed_at: 1 });
    expect(absorbReport(known, one("st.lock", "lockState", "Unlocked"), AT)).toEqual(known);
  });

  it("and shows what the cloud remembers of an offline device that it was never told of, without an age", () => {
    const lock = record({ id: "door", category: "SmartLock", handleType: "utec-lock" });
    const said = report({ "st.healthCheck": { status: "Offline" }, "st.lock": { lockState: "Unlocked" } });
    expect(absorbReport(lock, said, AT)).toMatchObject({ lock_state: "unlocked", said_at: {}, confirmed_at: null });
  });

  it("and no longer than that: a device that is there again and does not say its state has none", () => {
    const lock = record({ id: "door", category: "SmartLock", handleType: "utec-lock-sensor" });
    const offline = report({
      "st.healthCheck": { status: "Offline" },
      "st.lock": { lockState: "Locked" },
      "st.doorSensor": { sensorState: "Closed" },
      "st.batteryLevel": { level: 3 },
    });
    const remembered = { ...absorbReport(lock, offline, AT), online: false };
    expect(absorbReport(remembered, one("st.healthCheck", "status", "Online"), AT + 1)).toMatchObject({
      lock_state: "unknown",
      door_state: "unknown",
      battery_level: 3,
      confirmed_at: null,
    });
    expect(absorbReport(remembered, one("st.lock", "lockMode", 0), AT + 1)).toMatchObject({ lock_state: "locked" });
  });

  it("and learns from it what it can", () => {
    const unknown = record({ id: "door", handleType: "utec-new-thing" });
    const known = absorbReport(unknown, one("st.lock", "lockState", "Locked"), AT);
    expect(known).toMatchObject({ kind: "lock", lock_state: "locked", capabilities: ["st.lock"] });
    expect(absorbReport(known, one("st.doorSensor", "sensorState", "?"), AT)).toMatchObject({ door_state: "unknown" });
    expect(absorbReport(unknown, one("st.future", "thing", 1), AT)).toMatchObject({
      kind: "unknown",
      capabilities: ["st.future"],
      unknown_capabilities: ["st.future"],
    });
  });

  it("and takes in what a light says", () => {
    const lamp = record({ id: "door", handleType: "utec-dimmer", category: "Light" });
    const said = report({ "st.switch": { switch: "on" }, "st.switchLevel": { level: 30 } });
    expect(absorbReport(lamp, said, AT)).toMatchObject({ kind: "light", switch_state: "on", level: 30 });
  });

  it("and forgets the battery's level when the cloud turns to percent", () => {
    expect(absorbReport(aDevice(), one("st.batteryLevel", "level", 66), AT)).toMatchObject({
      battery_level: null,
      battery_percent: 66,
    });
  });
});
