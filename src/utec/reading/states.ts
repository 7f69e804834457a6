import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../json.ts";
import type { Color, DoorState, LockMode, LockState, SwitchState } from "../../state/picture.ts";
import type { Scrub } from "./display-text.ts";
import { readBattery } from "./battery.ts";
import type { Battery } from "./battery.ts";
import { canonicalCapability } from "./capability.ts";
import { displayText } from "./display-text.ts";
import { deviceId, devicesIn } from "./payload-devices.ts";
import { member, looseNumber, looseText } from "./loose-json.ts";
import { readColorTemperature, readLevel, readWhole } from "./value-range.ts";

/**
 * What one answer says of one device. Undefined is what was not said, was not understood, or was said in two ways that
 * contradict each other: the last value stands.
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

interface State {
  readonly capability: string;
  readonly name: string;
  readonly value: unknown;
}

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
 * What the answer to a Query or Command says, device by device; a device that stands in it twice is told once. Never
 * throws: what is not understood is left out.
 * @param scrub takes the secrets out of the cloud's own words
 */
export function readReports(payload: unknown, scrub: Scrub): DeviceReport[] {
  const entries = new Map<string, unknown[]>();
  for (const device of devicesIn(payload) ?? []) {
    const id = deviceId(device);
    if (id === null) continue;
    const known = entries.get(id);
    if (known) known.push(device);
    else entries.set(id, [device]);
  }
  return [...entries].map(([id, devices]) => readReport(id, devices, scrub));
}

/** Does the cloud say, in either of its ways, that it does not reach the device? */
export function saysOffline({ online, error }: DeviceReport): boolean {
  return online === false || error?.code.toUpperCase() === "DEVICE_OFFLINE";
}

/**
 * Is what the report says of the device's states the cloud's memory of it, of unknown age, and not the device's own word?
 * @param online whether the device was held for online before; null for never said
 */
export function isMemory(report: DeviceReport, online: boolean | null): boolean {
  return saysOffline(report) || (report.online === undefined && online === false);
}

function readReport(id: string, devices: readonly unknown[], scrub: Scrub): DeviceReport {
  const states = devices.flatMap(statesOf);
  const capabilities = states.flatMap(({ capability }) => displayText(canonicalCapability(capability)) ?? []);
  return {
    id,
    error: devices.map((device) => readError(member(device, "error"), scrub)).find((error) => error !== undefined),
    online: readOnline(states),
    lockState: find(states, "st.lock", "lockstate", among(LOCK_STATES)),
    lockMode: find(states, "st.lock", "lockmode", among(LOCK_MODES)),
    doorState: find(states, "st.doorsensor", "sensorstate", among(DOOR_STATES)),
    battery: find(states, "st.batterylevel", "level", readBattery),
    switchState: find(states, "st.switch", "switch", among(SWITCH_STATES)),
    // Documented for some bulbs; those in the field say switchLevel.
    level: find(states, "st.switchlevel", "level", readLevel) ?? find(states, "st.brightness", "level", readLevel),
    color: find(states, "st.color", "color", readColor),
    colorTemperature: find(states, "st.colortemperature", "temperature", readColorTemperature),
    deferredS: find(states, DEFERRED.toLowerCase(), "seconds", readSeconds),
    capabilities: [...new Set(capabilities)].filter((name) => name !== DEFERRED),
  };
}

/** States come as a list of {capability, name, value}, or as a mapping {capability: {name: value}}. */
function statesOf(device: unknown): State[] {
  const states = member(device, "states");
  if (Array.isArray(states)) {
    return states.flatMap((state) => {
      const capability = looseText(member(state, "capability"));
      const name = looseText(member(state, "name"));
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

/** A value that stands there once, or several times alike; the answer does not know one that it says in two ways. */
function find<T>(
  states: readonly State[],
  capability: string,
  name: string,
  read: (value: unknown) => T | undefined,
): T | undefined {
  const said = states
    .filter((state) => state.name === name && state.capability.toLowerCase() === capability)
    .map(({ value }) => read(value));
  const [first, ...others] = said;
  return others.every((other) => isDeepStrictEqual(other, first)) ? first : undefined;
}

/** Said to be offline anywhere is offline: the rest of the answer is memory then. */
function readOnline(states: readonly State[]): boolean | undefined {
  const said = states
    .filter(({ capability, name }) => name === "status" && capability.toLowerCase() === "st.healthcheck")
    .map(({ value }) => among(ONLINE)(value));
  return said.includes(false) ? false : said.find((online) => online !== undefined);
}

function among<T>(meanings: ReadonlyMap<string, T>): (value: unknown) => T | undefined {
  return (value) => meanings.get(looseText(value)?.toLowerCase() ?? "");
}

function readColor(value: unknown): Color | undefined {
  const r = readWhole(member(value, "r"), 0, 255);
  const g = readWhole(member(value, "g"), 0, 255);
  const b = readWhole(member(value, "b"), 0, 255);
  return r === undefined || g === undefined || b === undefined ? undefined : { r, g, b };
}

function readSeconds(value: unknown): number | undefined {
  const seconds = looseNumber(value);
  return seconds === null || seconds < 0 ? undefined : seconds;
}

function readError(error: unknown, scrub: Scrub): DeviceReport["error"] {
  const code = looseText(member(error, "code"));
  return code === null ? undefined : { code: scrub(code), message: scrub(looseText(member(error, "message")) ?? code) };
}
