import { describe, expect, it } from "vitest";
import { NO_VALUES } from "../../../src/state/device-values.ts";
import { aDevice } from "../../state/models.ts";
import { describeDevice } from "../../../src/utec/fleet/device-state.ts";
import type { DeviceRecord } from "../../../src/utec/reading/device-record.ts";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";

const recordsOf = (payload: unknown): readonly DeviceRecord[] => readDeviceList(payload)?.records ?? [];

function record(device: object): ReturnType<typeof describeDevice> {
  const [read] = recordsOf({ devices: [device] });
  if (!read) throw new Error("The record was not read.");
  return describeDevice(read, "home", undefined);
}

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
      cloud_name: "Garden door",
      place: null,
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
      ...NO_VALUES,
      lock_state: "unknown",
      door_state: "unknown",
      transition: null,
      level_range: null,
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

  it("may be in a mapping by id, or in a payload that is the list", () => {
    expect(recordsOf({ Devices: { x: { name: "X" }, y: null } }).map(({ id, name }) => [id, name])).toEqual([
      ["x", "X"],
    ]);
    expect(recordsOf([{ id: "x" }])).toHaveLength(1);
  });

  it("without an id is left out, and one that is listed twice is one", () => {
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

  it("that is not a list reports nothing", () => {
    for (const payload of [undefined, null, {}, "x", { devices: 3 }]) expect(readDeviceList(payload)).toBeNull();
  });

  it("that is listed again keeps the states, the capabilities and the transition", () => {
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
