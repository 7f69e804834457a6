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

describe("a device takes in a report", () => {
  const AT = 5000;

  it("and changes only what is reported, and only its ages", () => {
    const device = aDevice({ lock_mode: "passage", said_at: { lock_state: 1, lock_mode: 1 }, confirmed_at: 1 });
    expect(absorbReport(device, one("st.lock", "lockState", "Unlocked"), AT)).toEqual({
      ...device,
      lock_state: "unlocked",
      said_at: { lock_state: AT, lock_mode: 1 },
      confirmed_at: AT,
    });
  });

  it("and keeps values and their age when the report has nothing that is understood", () => {
    const device = aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 });
    expect(absorbReport(device, report([]), AT)).toEqual(device);
    expect(absorbReport(device, one("st.lock", "lockState", "?"), AT)).toEqual(device);
  });

  it("and does not count a lock as confirmed by what is reported beside its bolt", () => {
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

  it("but does not mistake the memory of an offline device for news", () => {
    const known = aDevice({ said_at: { lock_state: 1 }, confirmed_at: 1 });
    const said = report({
      "st.healthCheck": { status: "Offline" },
      "st.lock": { lockState: "Unlocked" },
      "st.batteryLevel": { level: 2 },
    });
    expect(absorbReport(known, said, AT)).toEqual({ ...known, battery_level: 2, battery_percent: 30 });
  });

  it("but treats nothing as news that does not report whether an offline device is back", () => {
    const known = aDevice({ online: false, said_at: { lock_state: 1 }, confirmed_at: 1 });
    expect(absorbReport(known, one("st.lock", "lockState", "Unlocked"), AT)).toEqual(known);
  });

  it("and shows what the cloud remembers of an offline device that never reported it, without an age", () => {
    const lock = record({ id: "door", category: "SmartLock", handleType: "utec-lock" });
    const said = report({ "st.healthCheck": { status: "Offline" }, "st.lock": { lockState: "Unlocked" } });
    expect(absorbReport(lock, said, AT)).toMatchObject({ lock_state: "unlocked", said_at: {}, confirmed_at: null });
  });

  it("and no longer than that: a device that is back and does not report its state has none", () => {
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

  it("and takes in what a light reports", () => {
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
