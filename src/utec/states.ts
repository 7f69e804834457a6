import { isObject } from "../json.ts";
import type { Color, DoorState, LockMode, LockState, SwitchState } from "../state/picture.ts";
import type { Scrub } from "./answer.ts";
import { member, number, text } from "./loose-json.ts";

/**
 * What one answer says of one device. Undefined is what was not said, or was not understood: the last value stands.
 */
export interface DeviceReport {
  readonly id: string;
  /** The cloud's error for this device alone, as it wrote it. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly online: boolean | undefined;
  readonly lockState: LockState | undefined;
  readonly lockMode: LockMode | undefined;
  readonly doorState: DoorState | undefined;
  readonly battery: Battery | undefined;
  readonly switchState: SwitchState | undefined;
  /** 0 to 100. */
  readonly level: number | undefined;
  readonly color: Color | undefined;
  /** Kelvin. */
  readonly colorTemperature: number | undefined;
  /** Of the answer to a command: how long its outcome may take. */
  readonly deferredS: number | undefined;
  /** Canonical names of the capabilities that the states belong to. */
  readonly capabilities: readonly string[];
}

export interface Battery {
  /** 1 to 5; null where the cloud said a percentage. */
  readonly level: number | null;
  readonly percent: number;
}

interface State {
  readonly capability: string;
  readonly name: string;
  readonly value: unknown;
}

/** Capabilities by their folded names: answers write them in several casings. */
const CAPABILITIES = new Map(
  [
    "st.healthCheck",
    "st.lock",
    "st.lockUser",
    "st.batteryLevel",
    "st.doorSensor",
    "st.switch",
    "st.switchLevel",
    "st.brightness",
    "st.color",
    "st.colorTemperature",
    "st.deferredResponse",
  ].map((name) => [name.toLowerCase(), name]),
);

/** Says how long an outcome may take; it is no trait of the device. */
const DEFERRED = "st.deferredResponse";

const ONLINE = new Map([
  ["online", true],
  ["offline", false],
]);
const LOCK_STATES = new Map<string, LockState>([
  ["locked", "locked"],
  ["unlocked", "unlocked"],
  ["jammed", "jammed"],
  ["unknown", "unknown"],
]);
const LOCK_MODES = new Map<string, LockMode>([
  ["0", "normal"],
  ["1", "passage"],
  ["2", "always_locked"],
]);
const SWITCH_STATES = new Map<string, SwitchState>([
  ["on", "on"],
  ["off", "off"],
  ["unknown", "unknown"],
]);
const DOOR_STATES = new Map<string, DoorState>([
  ["open", "open"],
  ["closed", "closed"],
  ["unknown", "unknown"],
]);

/**
 * The devices of a payload, as the cloud wrote them: from a list, from a mapping by id, or from a payload that is the
 * list itself (as notifications have been seen to be). Null where there is no such thing; `[]` for a payload is how the
 * cloud says nothing at all.
 */
export function devicesIn(payload: unknown): readonly unknown[] | null {
  const devices = Array.isArray(payload) && payload.length > 0 ? payload : member(payload, "devices");
  if (Array.isArray(devices)) return devices;
  if (!isObject(devices)) return null;
  return Object.entries(devices).map(([id, device]) => (isObject(device) ? { id, ...device } : { id }));
}

/**
 * What the answer to a Query or Command says, device by device. Never throws: what is not understood is left out.
 * @param scrub takes the secrets out of the cloud's own words
 */
export function readReports(payload: unknown, scrub: Scrub): DeviceReport[] {
  return (devicesIn(payload) ?? []).map((device) => readReport(device, scrub)).filter((report) => report !== null);
}

function readReport(device: unknown, scrub: Scrub): DeviceReport | null {
  const id = text(member(device, "id"));
  if (id === null) return null;
  const states = statesOf(device);
  return {
    id,
    error: readError(member(device, "error"), scrub),
    online: find(states, "st.healthcheck", "status", ONLINE),
    lockState: find(states, "st.lock", "lockstate", LOCK_STATES),
    lockMode: find(states, "st.lock", "lockmode", LOCK_MODES),
    doorState: find(states, "st.doorsensor", "sensorstate", DOOR_STATES),
    battery: readBattery(valueOf(states, "st.batterylevel", "level")),
    switchState: find(states, "st.switch", "switch", SWITCH_STATES),
    level: within(valueOf(states, "st.switchlevel", "level"), 0, 100),
    color: readColor(valueOf(states, "st.color", "color")),
    colorTemperature: within(valueOf(states, "st.colortemperature", "temperature"), 1, 100_000),
    deferredS: within(valueOf(states, DEFERRED.toLowerCase(), "seconds"), 0, Infinity),
    capabilities: [...new Set(states.map((state) => canonical(state.capability)))].filter((name) => name !== DEFERRED),
  };
}

/** States come as a list of {capability, name, value}, or as a mapping {capability: {name: value}}. */
function statesOf(device: unknown): State[] {
  const states = member(device, "states");
  if (Array.isArray(states)) {
    return states.flatMap((state) => {
      const capability = text(member(state, "capability"));
      const name = text(member(state, "name"));
      return capability && name ? [{ capability, name: name.toLowerCase(), value: member(state, "value") }] : [];
    });
  }
  if (!isObject(states)) return [];
  return Object.entries(states).flatMap(([capability, values]) =>
    isObject(values)
      ? Object.entries(values).map(([name, value]) => ({ capability, name: name.toLowerCase(), value }))
      : [],
  );
}

function valueOf(states: readonly State[], capability: string, name: string): unknown {
  return states.find((state) => state.capability.toLowerCase() === capability && state.name === name)?.value;
}

function find<T>(states: readonly State[], capability: string, name: string, words: Map<string, T>): T | undefined {
  const word = text(valueOf(states, capability, name));
  return word === null ? undefined : words.get(word.toLowerCase());
}

/**
 * The cloud says 1 to 5 and publishes no mapping to percent; level x 20 is what most of the shipped clients show, and
 * the level stands beside it for whoever trusts another curve. Values above 5 can only be percent; 0 is empty in both.
 */
function readBattery(value: unknown): Battery | undefined {
  const level = number(value);
  if (level === null || level < 0 || level > 100) return undefined;
  if (level > 5 || level === 0) return { level: null, percent: Math.round(level) };
  return Number.isInteger(level) ? { level, percent: level * 20 } : undefined;
}

function readColor(value: unknown): Color | undefined {
  const r = within(member(value, "r"), 0, 255);
  const g = within(member(value, "g"), 0, 255);
  const b = within(member(value, "b"), 0, 255);
  return r === undefined || g === undefined || b === undefined ? undefined : { r, g, b };
}

function within(value: unknown, least: number, most: number): number | undefined {
  const read = number(value);
  return read === null || read < least || read > most ? undefined : read;
}

function readError(error: unknown, scrub: Scrub): DeviceReport["error"] {
  const code = text(member(error, "code"));
  return code === null ? undefined : { code: scrub(code), message: scrub(text(member(error, "message")) ?? code) };
}

function canonical(capability: string): string {
  return CAPABILITIES.get(capability.toLowerCase()) ?? capability;
}
