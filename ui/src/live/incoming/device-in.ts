import { DEVICE_KINDS, DEVICE_TROUBLES, FRESHNESSES, LOCK_MODES } from "../../../../src/state/picture.ts";
import type { DeviceState } from "../../../../src/state/picture.ts";
import { isObject, objectsIn, textIn, wordsIn, withNulls } from "./reading.ts";
import type { Raw } from "./reading.ts";

const MAY_BE_NULL = [
  "battery_level",
  "battery_percent",
  "category",
  "color",
  "color_temperature",
  "color_temperature_range",
  "confirmed_at",
  "door_state",
  "firmware",
  "handle_type",
  "level",
  "level_range",
  "lock_mode",
  "lock_state",
  "manufacturer",
  "missing_since_at",
  "model",
  "online",
  "serial",
  "switch_state",
  "transition",
  "trouble",
] as const satisfies readonly (keyof DeviceState)[];

/** Where a gateway of another version has another word, what stands in for it; nothing is called safe by it. */
const WORDS: Readonly<
  Partial<Record<keyof DeviceState, { readonly known: readonly string[]; readonly else: string | null }>>
> = {
  lock_state: { known: ["locked", "unlocked", "jammed", "unknown"], else: "unknown" },
  lock_mode: { known: LOCK_MODES, else: null },
  door_state: { known: ["open", "closed", "unknown"], else: "unknown" },
  switch_state: { known: ["on", "off", "unknown"], else: "unknown" },
  transition: { known: ["locking", "unlocking"], else: null },
  trouble: { known: DEVICE_TROUBLES, else: "not_reported" },
  freshness: { known: FRESHNESSES, else: "stale" },
};

/** A device as this page knows devices: what it does not know of it is named among its unknown capabilities, as it is. */
export function deviceIn(raw: Raw): DeviceState {
  const device: Record<string, unknown> = withNulls(raw, MAY_BE_NULL);
  const strange = Object.entries(WORDS).flatMap(([name, word]): string[] => {
    const said = device[name];
    if (said === null || word.known.some((known) => known === said)) return [];
    device[name] = word.else;
    return typeof said === "string" ? [said] : [];
  });
  const kind = textIn(raw["kind"], "unknown");
  const isKnown = DEVICE_KINDS.some((known) => known === kind);
  return {
    ...(device as unknown as DeviceState),
    name: textIn(raw["name"], textIn(raw["id"], "")),
    account_id: textIn(raw["account_id"], ""),
    kind: isKnown ? (kind as DeviceState["kind"]) : "unknown",
    category: isKnown ? (device["category"] as string | null) : textIn(device["category"], kind),
    capabilities: wordsIn(raw["capabilities"]),
    unknown_capabilities: [...wordsIn(raw["unknown_capabilities"]), ...strange],
    said_at: isObject(raw["said_at"]) ? raw["said_at"] : {},
    available: raw["available"] === true,
  };
}

export function devicesIn(raw: unknown): readonly DeviceState[] {
  return objectsIn(raw).map(deviceIn);
}
