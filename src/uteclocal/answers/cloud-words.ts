import type { DeviceKind, DeviceState, DeviceValue } from "../../state/picture.ts";

/** One state as the cloud writes it. */
export interface WrittenState {
  readonly capability: string;
  readonly name: string;
  readonly value: unknown;
}

/** A device of the cloud's answer to a Query. */
export interface QueriedDevice {
  readonly id: string;
  readonly states: readonly WrittenState[];
}

/** A device of the cloud's answer to a Discovery, with what the old integrations read in other places too. */
export type ListedDevice = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

type Action = "Discovery" | "Query" | "Command";

/** How each value is written, in the casing that the cloud documents; null where it is not to be shown. */
const WRITTEN: { readonly [Value in DeviceValue]: (device: DeviceState) => WrittenState | null } = {
  online: ({ online }) => state("st.healthCheck", "status", online === null ? null : online ? "Online" : "Offline"),
  // Whoever reads the old answers takes all that is not locked for unlocked.
  lock_state: ({ lock_state }) => state("st.lock", "lockState", LOCK_STATES.get(lock_state) ?? null),
  lock_mode: ({ lock_mode }) => state("st.lock", "lockMode", LOCK_MODES.get(lock_mode) ?? null),
  battery: ({ battery_level, battery_percent }) =>
    state("st.batteryLevel", "level", battery_level ?? levelOf(battery_percent)),
  door_state: ({ door_state }) => state("st.doorSensor", "sensorState", DOOR_STATES.get(door_state) ?? null),
  switch_state: ({ switch_state }) => state("st.switch", "switch", SWITCH_STATES.get(switch_state) ?? null),
  level: ({ level }) => state("st.switchLevel", "level", level),
  color: ({ color }) => state("st.color", "color", color),
  color_temperature: ({ color_temperature }) => state("st.colorTemperature", "temperature", color_temperature),
};

const LOCK_STATES = new Map<unknown, string>([
  ["locked", "Locked"],
  ["unlocked", "Unlocked"],
]);
const LOCK_MODES = new Map<unknown, number>([
  ["normal", 0],
  ["passage", 1],
  ["always_locked", 2],
]);
const DOOR_STATES = new Map<unknown, string>([
  ["open", "Open"],
  ["closed", "Closed"],
]);
const SWITCH_STATES = new Map<unknown, string>([
  ["on", "on"],
  ["off", "off"],
]);

/** What the old integrations know a kind by, where they look for a word of their own. */
const CATEGORIES: Readonly<Record<DeviceKind, string | null>> = {
  lock: "SmartLock",
  light: "Light",
  plug: "SmartPlug",
  switch: "SmartSwitch",
  unknown: null,
};

/** A makes an entity of the first device only: locks come first, and what nobody locks comes last. */
const ORDER: Readonly<Record<DeviceKind, number>> = { lock: 0, unknown: 1, plug: 2, switch: 3, light: 4 };

const BATTERY_RANGE = { min: 1, max: 5, step: 1 };

/**
 * A device's states as far as they may be shown: what is too old to be shown in Home Assistant's own integration is left
 * out here too, and so is what nobody knows.
 */
export function statesOf(device: DeviceState): WrittenState[] {
  const values = Object.keys(WRITTEN) as DeviceValue[];
  return values.flatMap((value) => (isShown(value, device) ? (WRITTEN[value](device) ?? []) : []));
}

export function queried(device: DeviceState): QueriedDevice {
  return { id: device.id, states: statesOf(device) };
}

export function listed(device: DeviceState): ListedDevice {
  const { id, name, kind, category, handle_type, manufacturer, model, firmware, serial, freshness } = device;
  const attributes = {
    ...(device.level_range === null ? {} : { switchLevelRange: device.level_range }),
    ...(device.color_temperature_range === null ? {} : { colorTemperatureRange: device.color_temperature_range }),
    ...(device.capabilities.includes("st.batteryLevel") ? { batteryLevelRange: BATTERY_RANGE } : {}),
  };
  return withoutNull({
    id,
    name,
    category: kind === "lock" ? CATEGORIES.lock : (category ?? CATEGORIES[kind]),
    handleType: handle_type,
    deviceInfo: withoutNull({
      manufacturer: manufacturer ?? "U-tec",
      model,
      hwVersion: firmware,
      serialNumber: serial,
    }),
    attributes,
    model,
    // Not the cloud's words: for people who look at an answer.
    freshness,
    confirmed_at: device.confirmed_at === null ? null : new Date(device.confirmed_at).toISOString(),
  });
}

/** Locks first, lights last, each kind in the order of the account's list. */
export function inOrder(devices: readonly DeviceState[]): DeviceState[] {
  return devices.toSorted((one, other) => ORDER[one.kind] - ORDER[other.kind]);
}

/** The cloud's envelope around a payload. */
export function envelope(name: Action, devices: readonly unknown[], messageId: string) {
  return {
    header: { namespace: "Uhome.Device", name, messageId, payloadVersion: "1" },
    payload: { devices },
  };
}

function isShown(value: DeviceValue, device: DeviceState): boolean {
  if (device.freshness !== "expired") return true;
  if (value === "battery") return true;
  // That it is offline is news; what it remembers is not.
  return value === "online" && device.trouble === "offline";
}

/** A percentage in the five steps that are expected, of which 1 is the least. */
function levelOf(percent: number | null): number | null {
  return percent === null ? null : Math.max(1, Math.round(percent / 20));
}

function state(capability: string, name: string, value: unknown): WrittenState | null {
  return value === null ? null : { capability, name, value };
}

function withoutNull<T extends Readonly<Record<string, unknown>>>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as T;
}
