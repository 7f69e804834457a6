import { isDeepStrictEqual } from "node:util";
import type { Color, DeviceState, DeviceValue, DeviceValues } from "../../state/picture.ts";
import { readBattery, withBattery } from "./battery.ts";
import type { Battery } from "./battery.ts";
import { looseText, member } from "./loose-json.ts";
import { readColorTemperature, readLevel, readWhole } from "./value-range.ts";

/** One state as the cloud wrote it. */
export interface StateEntry {
  readonly capability: string;
  /** `capability/name` in lower case. */
  readonly key: string;
  readonly value: unknown;
}

/**
 * What an answer reports of a device's values. Undefined is what it left out, what was not understood, and what it
 * reported in two ways that contradict each other: the last value stands.
 */
export type ReportedValues = { readonly [Value in DeviceValue]: Reported<Value> | undefined };
type Reported<Value extends DeviceValue> = Value extends keyof DeviceValues
  ? NonNullable<DeviceValues[Value]>
  : Battery;

/** How a value is read from the cloud's states. */
interface ValueReading<T> {
  /** The states that hold it, as `capability/name` in lower case; the first that is there counts. */
  readonly states: readonly string[];
  readonly read: (value: unknown) => T | undefined;
  /** Of states that repeat it, where that is not simply nothing unless they agree. */
  readonly merge?: (values: readonly (T | undefined)[]) => T | undefined;
  /** What it changes in a device, where that is not simply the member of its name. */
  readonly change?: (reported: T, device: DeviceState) => Partial<DeviceValues>;
}

type ValueReadings = { readonly [Value in DeviceValue]: ValueReading<Reported<Value>> };

const VALUE_READINGS: ValueReadings = {
  online: {
    states: ["st.healthcheck/status"],
    read: oneOf({ online: true, offline: false }),
    // Offline anywhere is offline: the rest of the answer is memory then.
    merge: (values) => (values.includes(false) ? false : values.find((online) => online !== undefined)),
    // Whether a device is online is decided by whoever knows the reports before this one.
    change: () => ({}),
  },
  lock_state: {
    states: ["st.lock/lockstate"],
    read: oneOf({ locked: "locked", unlocked: "unlocked", jammed: "jammed", unknown: "unknown" }),
  },
  lock_mode: {
    states: ["st.lock/lockmode"],
    read: oneOf({ "0": "normal", "1": "passage", "2": "always_locked" }),
  },
  door_state: {
    states: ["st.doorsensor/sensorstate"],
    read: oneOf({ open: "open", closed: "closed", unknown: "unknown" }),
  },
  battery: { states: ["st.batterylevel/level"], read: readBattery, change: withBattery },
  switch_state: { states: ["st.switch/switch"], read: oneOf({ on: "on", off: "off", unknown: "unknown" }) },
  // Brightness is documented for some bulbs; those in the field report switchLevel.
  level: { states: ["st.switchlevel/level", "st.brightness/level"], read: readLevel },
  color: { states: ["st.color/color"], read: readColor },
  color_temperature: { states: ["st.colortemperature/temperature"], read: readColorTemperature },
};

const READINGS = Object.entries(VALUE_READINGS) as readonly [DeviceValue, ValueReading<unknown>][];

export function readValues(states: readonly StateEntry[]): ReportedValues {
  const values: Partial<Record<DeviceValue, unknown>> = {};
  for (const [value, reading] of READINGS) values[value] = readValue(states, reading);
  return values as ReportedValues;
}

/** What the report of a value changes in the device; undefined where the report leaves the value out. */
export function changeBy(
  value: DeviceValue,
  reported: ReportedValues,
  device: DeviceState,
): Partial<DeviceValues> | undefined {
  const said = reported[value];
  if (said === undefined) return undefined;
  const { change } = VALUE_READINGS[value] as ValueReading<unknown>;
  return change ? change(said, device) : { [value]: said };
}

/** A value that stands there once, or several times alike; an answer does not know one that it reports in two ways. */
export function readState<T>(
  states: readonly StateEntry[],
  key: string,
  { read, merge = onlyOne }: Pick<ValueReading<T>, "read" | "merge">,
): T | undefined {
  const values: (T | undefined)[] = [];
  for (const state of states) if (state.key === key) values.push(read(state.value));
  return values.length === 0 ? undefined : merge(values);
}

function readValue<T>(states: readonly StateEntry[], reading: ValueReading<T>): T | undefined {
  for (const key of reading.states) {
    const value = readState(states, key, reading);
    if (value !== undefined) return value;
  }
  return undefined;
}

function onlyOne<T>([first, ...others]: readonly (T | undefined)[]): T | undefined {
  return others.every((other) => isDeepStrictEqual(other, first)) ? first : undefined;
}

function oneOf<T>(meanings: Readonly<Record<string, T>>): (value: unknown) => T | undefined {
  const known = new Map(Object.entries(meanings));
  return (value) => known.get(looseText(value)?.toLowerCase() ?? "");
}

function readColor(value: unknown): Color | undefined {
  const r = readWhole(member(value, "r"), 0, 255);
  const g = readWhole(member(value, "g"), 0, 255);
  const b = readWhole(member(value, "b"), 0, 255);
  return r === undefined || g === undefined || b === undefined ? undefined : { r, g, b };
}
