import type { JsonObject } from "../../json.ts";
import { amount, anything, flag, listOf, number, object, objectOf, oneOf, orNull, text } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";

/** The states of a device. Texts are what the cloud reports, right or wrong: a test may set any. */
export interface DeviceStates {
  readonly online: boolean;
  readonly lock_state?: string;
  /** 0 normal, 1 passage, 2 locked. */
  readonly lock_mode?: number;
  /** 1 to 5. */
  readonly battery_level?: number;
  readonly door_state?: string;
  readonly switch?: string;
  readonly switch_level?: number;
  readonly color?: JsonObject;
  readonly color_temperature?: number;
}

/** `reverted` happens, and is undone after the same time again; `late` happens `late_ms` after its time. */
const COMMAND_OUTCOMES = ["executed", "ignored", "jammed", "reverted", "late", "refused"] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

/** How one device misbehaves. */
export interface DeviceBehaviour {
  /** Overrides the cloud's setting; null: does not. */
  readonly settle_ms: number | null;
  /** The delay of a `late` command; 30 to 40 s were seen in the field. */
  readonly late_ms: number;
  /** How long after being opened a Latch locks itself; 0: never. */
  readonly auto_lock_ms: number;
  /** The outcomes of the next commands, in order; later ones are executed. */
  readonly next_commands: readonly CommandOutcome[];
  /** How many polls report Offline although the device is online. */
  readonly offline_polls: number;
  /** Every Query with this device in it is refused as a whole. */
  readonly spoils_queries: boolean;
  readonly hidden_in: readonly ("discovery" | "query")[];
  /** Left out of Query answers: `st.batteryLevel`. */
  readonly missing_capabilities: readonly string[];
  /** Left out of Query answers, by their names: `lockMode`. */
  readonly missing_states: readonly string[];
  /** Added to every Query answer. */
  readonly extra_states: readonly StateEntry[];
  /**
   * The device is listed twice in every answer; the second entry of a Query reports these states instead. Null: once.
   */
  readonly double: Partial<DeviceStates> | null;
  /** Left out of the Discovery record: `deviceInfo`, `attributes`, `name`. */
  readonly missing_fields: readonly string[];
}

export interface DeviceDefinition {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** Determines the capabilities, if the cloud's table has it. */
  readonly handle_type: string;
  readonly model: string;
  readonly hw_version: string;
  readonly manufacturer?: string;
  readonly serial_number?: string;
  readonly attributes?: JsonObject;
  readonly custom_data?: JsonObject;
  /** For a `handle_type` that the table does not have; `st.healthCheck` is always included. */
  readonly capabilities?: readonly string[];
  readonly states?: Partial<DeviceStates>;
  readonly behaviour?: Partial<DeviceBehaviour>;
  /** The users who see it; default: all. */
  readonly user_ids?: readonly string[];
}

/** What the control API reports of a device. */
export interface DeviceView {
  readonly id: string;
  readonly name: string;
  readonly actual: DeviceStates;
  /** What a Query reports. */
  readonly reported: DeviceStates;
  readonly behaviour: DeviceBehaviour;
}

export const STATES_SHAPE: Shape<DeviceStates> = {
  online: flag,
  lock_state: text,
  lock_mode: number,
  battery_level: number,
  door_state: text,
  switch: text,
  switch_level: number,
  color: object,
  color_temperature: number,
};

/** One state on the wire. */
export interface StateEntry {
  readonly capability: string;
  readonly name: string;
  readonly value: unknown;
}

const ENTRY_SHAPE: Shape<StateEntry> = { capability: text, name: text, value: anything };

export const BEHAVIOUR_SHAPE: Shape<DeviceBehaviour> = {
  settle_ms: orNull(amount),
  late_ms: amount,
  auto_lock_ms: amount,
  next_commands: listOf(oneOf(...COMMAND_OUTCOMES)),
  offline_polls: amount,
  spoils_queries: flag,
  hidden_in: listOf(oneOf("discovery", "query")),
  missing_capabilities: listOf(text),
  missing_states: listOf(text),
  extra_states: listOf(objectOf(ENTRY_SHAPE, ["capability", "name"])),
  double: orNull(objectOf<Partial<DeviceStates>>(STATES_SHAPE)),
  missing_fields: listOf(text),
};

const DEFINITION_SHAPE: Shape<DeviceDefinition> = {
  id: text,
  name: text,
  category: text,
  handle_type: text,
  model: text,
  hw_version: text,
  manufacturer: text,
  serial_number: text,
  attributes: object,
  custom_data: object,
  capabilities: listOf(text),
  states: objectOf<Partial<DeviceStates>>(STATES_SHAPE),
  behaviour: objectOf<Partial<DeviceBehaviour>>(BEHAVIOUR_SHAPE),
  user_ids: listOf(text),
};

export const definition = objectOf(DEFINITION_SHAPE, ["id", "name", "category", "handle_type", "model", "hw_version"]);

/** From the U-tec developer documentation, without the lock users. */
const HANDLE_TYPES: Readonly<Record<string, readonly string[]>> = {
  "utec-lock": ["st.lock", "st.batteryLevel"],
  "utec-lock-sensor": ["st.lock", "st.batteryLevel", "st.doorSensor"],
  "utec-dimmer": ["st.switch", "st.switchLevel"],
  "utec-switch": ["st.switch"],
  "utec-light-rgbaw-br": ["st.switch", "st.brightness", "st.color", "st.colorTemperature"],
};

/** A state as the cloud names it: its capability, its name, its member here, and the value of a new device. */
interface StateName {
  readonly capability: string;
  readonly name: string;
  readonly key: keyof DeviceStates;
  readonly initial: DeviceStates[keyof DeviceStates];
}

const STATE_NAMES: readonly StateName[] = [
  { capability: "st.healthCheck", name: "status", key: "online", initial: true },
  { capability: "st.lock", name: "lockState", key: "lock_state", initial: "Locked" },
  { capability: "st.lock", name: "lockMode", key: "lock_mode", initial: 0 },
  { capability: "st.batteryLevel", name: "level", key: "battery_level", initial: 5 },
  { capability: "st.doorSensor", name: "sensorState", key: "door_state", initial: "Closed" },
  { capability: "st.switch", name: "switch", key: "switch", initial: "off" },
  { capability: "st.switchLevel", name: "level", key: "switch_level", initial: 100 },
  { capability: "st.color", name: "color", key: "color", initial: { r: 255, g: 255, b: 255 } },
  { capability: "st.colorTemperature", name: "temperature", key: "color_temperature", initial: 4000 },
];

export function capabilitiesOf(device: DeviceDefinition): readonly string[] {
  return ["st.healthCheck", ...(device.capabilities ?? HANDLE_TYPES[device.handle_type] ?? [])];
}

export function initialStates(device: DeviceDefinition): DeviceStates {
  const capabilities = capabilitiesOf(device);
  const initial = STATE_NAMES.filter(({ capability }) => capabilities.includes(capability));
  return {
    online: true,
    ...Object.fromEntries(initial.map((state) => [state.key, state.initial])),
    ...device.states,
  };
}

/** The states as a Query lists them, in canonical casing. */
export function stateEntries(states: DeviceStates, behaviour: DeviceBehaviour): StateEntry[] {
  const { missing_capabilities, missing_states, extra_states } = behaviour;
  const entries: StateEntry[] = [];
  for (const { capability, name, key } of STATE_NAMES) {
    const value = states[key];
    if (value === undefined || missing_capabilities.includes(capability) || missing_states.includes(name)) continue;
    entries.push({ capability, name, value: key === "online" ? (value ? "Online" : "Offline") : value });
  }
  return [...entries, ...extra_states];
}
