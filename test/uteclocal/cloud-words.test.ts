import { expect, test } from "vitest";
import { listed, statesOf } from "../../src/uteclocal/answers/cloud-words.ts";
import { naiveTime, timeLeft } from "../../src/uteclocal/answers/python-words.ts";
import type { DeviceState } from "../../src/state/picture.ts";
import { NO_VALUES } from "../../src/state/device-values.ts";
import { aDevice } from "../state/models.ts";

/** A device of which nothing is known but this. */
function said(part: Partial<DeviceState>): unknown[] {
  return statesOf(aDevice({ ...NO_VALUES, ...part })).map(({ capability, name, value }) => [capability, name, value]);
}

test.for<[Partial<DeviceState>, string, string, unknown]>([
  [{ online: true }, "st.healthCheck", "status", "Online"],
  [{ online: false }, "st.healthCheck", "status", "Offline"],
  [{ lock_state: "locked" }, "st.lock", "lockState", "Locked"],
  [{ lock_state: "unlocked" }, "st.lock", "lockState", "Unlocked"],
  [{ lock_mode: "normal" }, "st.lock", "lockMode", 0],
  [{ lock_mode: "passage" }, "st.lock", "lockMode", 1],
  [{ lock_mode: "always_locked" }, "st.lock", "lockMode", 2],
  [{ battery_level: 1, battery_percent: 10 }, "st.batteryLevel", "level", 1],
  [{ battery_level: 5, battery_percent: 100 }, "st.batteryLevel", "level", 5],
  [{ door_state: "open" }, "st.doorSensor", "sensorState", "Open"],
  [{ door_state: "closed" }, "st.doorSensor", "sensorState", "Closed"],
  [{ switch_state: "on" }, "st.switch", "switch", "on"],
  [{ switch_state: "off" }, "st.switch", "switch", "off"],
  [{ level: 40 }, "st.switchLevel", "level", 40],
  [{ color: { r: 1, g: 2, b: 3 } }, "st.color", "color", { r: 1, g: 2, b: 3 }],
  [{ color_temperature: 2700 }, "st.colorTemperature", "temperature", 2700],
])("%j is written as the cloud documents it", ([part, capability, name, value]) => {
  expect(said(part)).toEqual([[capability, name, value]]);
});

test("what reads as unlocked and is not is left out: jammed, unknown", () => {
  expect(said({ lock_state: "jammed" })).toEqual([]);
  expect(said({ lock_state: "unknown" })).toEqual([]);
  expect(said({ door_state: "unknown", switch_state: "unknown" })).toEqual([]);
  expect(said({})).toEqual([]);
});

test.for([
  [3, 1],
  [29, 1],
  [50, 3],
  [70, 4],
  [100, 5],
] as const)("of a device that reports percentages, %i %% is level %i", ([battery_percent, level]) => {
  expect(said({ battery_percent })).toEqual([["st.batteryLevel", "level", level]]);
});

test("what is too old is not shown as a state: the battery is, and that it is offline", () => {
  const old = { freshness: "expired", lock_state: "locked", battery_level: 3, door_state: "open" } as const;
  expect(said({ ...old, online: true })).toEqual([["st.batteryLevel", "level", 3]]);
  expect(said({ ...old, online: false, trouble: "offline" })).toEqual([
    ["st.healthCheck", "status", "Offline"],
    ["st.batteryLevel", "level", 3],
  ]);
  expect(said({ ...old, freshness: "stale", online: true })).toHaveLength(4);
});

test("a device without details is listed with what is known, and without null", () => {
  const bare = aDevice({
    kind: "unknown",
    category: null,
    handle_type: null,
    capabilities: [],
    manufacturer: null,
    model: null,
    firmware: null,
    confirmed_at: null,
    freshness: "unknown",
  });
  expect(listed(bare)).toEqual({
    id: "door",
    name: "Front door",
    deviceInfo: { manufacturer: "U-tec" },
    attributes: {},
    freshness: "unknown",
  });
});

test("ranges stand where the cloud has them", () => {
  const range = { min: 1, max: 100, step: 1 };
  const kelvin = { min: 2000, max: 9000, step: 1 };
  const lamp = aDevice({ kind: "light", capabilities: [], level_range: range, color_temperature_range: kelvin });
  expect(listed(lamp)["attributes"]).toEqual({ switchLevelRange: range, colorTemperatureRange: kelvin });
});

test("times and durations are written as Python writes them", () => {
  expect(naiveTime(Date.UTC(2026, 10, 22, 1, 2, 3, 999), "utc")).toBe("2026-11-22T01:02:03");
  expect(naiveTime(null, "utc")).toBeNull();
  const local = naiveTime(Date.UTC(2026, 10, 22, 1, 2, 3), "local") ?? "";
  expect(new Date(local).getTime()).toBe(Date.UTC(2026, 10, 22, 1, 2, 3));
  expect(timeLeft(596_377_999)).toBe("6 days, 21:39:37");
  expect(timeLeft(90_061_000)).toBe("1 day, 1:01:01");
  expect(timeLeft(59_999)).toBe("0:00:59");
  expect(timeLeft(-5)).toBe("0:00:00");
});
