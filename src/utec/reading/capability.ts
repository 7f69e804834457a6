import type { DeviceKind } from "../../state/picture.ts";
import { wordsOf } from "./device-kind.ts";

/** What devices can do, in the casing that the U-tec developer documentation asks for. */
const CAPABILITIES = [
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
] as const;

/** By their folded names: answers write them in several casings. */
const CANONICAL = new Map<string, string>(CAPABILITIES.map((name) => [name.toLowerCase(), name]));
const KNOWN = new Set<string>(CAPABILITIES);

const SWITCH = ["st.healthCheck", "st.switch"];
const BULB = [...SWITCH, "st.brightness", "st.color", "st.colorTemperature"];

/**
 * The capabilities behind a handle type, as the U-tec developer documentation lists them. `swtich` is a spelling of the
 * cloud's own; the last is in a documented sample only, beside the attributes of a coloured bulb.
 */
const HANDLE_TYPES = new Map<string, readonly string[]>([
  ["utec-lock", ["st.healthCheck", "st.lock", "st.batteryLevel"]],
  ["utec-lock-sensor", ["st.healthCheck", "st.lock", "st.batteryLevel", "st.doorSensor"]],
  ["utec-dimmer", [...SWITCH, "st.switchLevel"]],
  ["utec-switch", SWITCH],
  ["utec-swtich", SWITCH],
  ["utec-light-rgbaw-br", BULB],
  ["utec-bulb-color-rgbw", BULB],
]);

/** The least that a device of the kind can do, where its handle type is not in the table. */
const BY_KIND: Readonly<Record<DeviceKind, readonly string[]>> = {
  lock: ["st.healthCheck", "st.lock", "st.batteryLevel"],
  light: SWITCH,
  plug: SWITCH,
  switch: SWITCH,
  unknown: [],
};

/** Unknown names are kept for people to see, up to so many. */
const MOST_UNKNOWN = 32;

export function canonicalCapability(name: string): string {
  return CANONICAL.get(name.toLowerCase()) ?? name;
}

/** What a device of this handle type and kind can do, before it has reported anything. */
export function capabilitiesOf(handleType: string | null, kind: DeviceKind): readonly string[] {
  const listed = HANDLE_TYPES.get(handleType?.toLowerCase() ?? "");
  if (listed) return listed;
  const dims = kind !== "lock" && kind !== "unknown" && wordsOf(handleType).includes("dimmer");
  return dims ? [...BY_KIND[kind], "st.switchLevel"] : BY_KIND[kind];
}

/** Each name once, in the order given; of the unknown ones only the first. */
export function joinCapabilities(...lists: readonly (readonly string[])[]): {
  readonly capabilities: readonly string[];
  readonly unknown: readonly string[];
} {
  const all = [...new Set(lists.flat())];
  const unknown = all.filter((name) => !KNOWN.has(name)).slice(0, MOST_UNKNOWN);
  const kept = new Set(unknown);
  return { capabilities: all.filter((name) => KNOWN.has(name) || kept.has(name)), unknown };
}
