import type { Arranged } from "../../arrangement/arrangement.ts";
import { NO_VALUES, VALUE_MEMBERS } from "../../state/device-values.ts";
import { DEVICE_VALUES, MAIN_VALUES } from "../../state/picture.ts";
import type { DeviceKind, DeviceState, DeviceValue, DeviceValues } from "../../state/picture.ts";
import { capabilitiesOf, joinCapabilities } from "../reading/capability.ts";
import { kindOf } from "../reading/device-kind.ts";
import type { DeviceRecord } from "../reading/device-record.ts";
import { fallbackName } from "../reading/fallback-name.ts";
import { isMemory } from "../reading/states.ts";
import type { DeviceReport } from "../reading/states.ts";
import { changeBy } from "../reading/value-readings.ts";
import { COLOR_TEMPERATURE_RANGE, LEVEL_RANGE } from "../reading/value-range.ts";

/** What can change by itself is not known of a device that is online until it reports it. */
function canChangeByItself(value: DeviceValue): value is "lock_state" | "door_state" | "switch_state" {
  return value === "lock_state" || value === "door_state" || value === "switch_state";
}

/**
 * The device that a record describes, served by `account_id`, with the cloud's name. What is known of its states stays, and so does what this
 * record leaves out: records have been seen with members missing.
 */
export function describeDevice(record: DeviceRecord, account_id: string, known: DeviceState | undefined): DeviceState {
  const category = record.category ?? known?.category ?? null;
  const handle_type = record.handleType ?? known?.handle_type ?? null;
  const model = record.model ?? known?.model ?? null;
  const listedKind = kindOf(category, handle_type);
  const kind = listedKind === "unknown" ? (known?.kind ?? listedKind) : listedKind;
  const cloud_name = record.name ?? nameBefore(known) ?? fallbackName(record.id, kind, model);
  return complete(
    {
      ...valuesOf(known),
      id: record.id,
      name: cloud_name,
      cloud_name,
      place: null,
      account_id,
      kind,
      category,
      handle_type,
      capabilities: [],
      unknown_capabilities: [],
      manufacturer: record.manufacturer ?? known?.manufacturer ?? null,
      model,
      firmware: record.firmware ?? known?.firmware ?? null,
      serial: record.serial ?? known?.serial ?? null,
      transition: known?.transition ?? null,
      level_range: record.levelRange ?? known?.level_range ?? null,
      color_temperature_range: record.colorTemperatureRange ?? known?.color_temperature_range ?? null,
      said_at: known?.said_at ?? {},
      confirmed_at: null,
      freshness: known?.freshness ?? "unknown",
      available: known?.available ?? true,
      trouble: known?.trouble ?? null,
      missing_since_at: known?.missing_since_at ?? null,
    },
    capabilitiesOf(handle_type, kind),
    kind === "lock" ? [] : record.attributed,
    known?.capabilities ?? [],
  );
}

/** The device as a person named and pinned it. */
export function arranged(device: DeviceState, by: Arranged | undefined): DeviceState {
  return by === undefined ? device : { ...device, name: by.name ?? device.cloud_name, place: by.place };
}

/**
 * The device after a report received at `at` (epoch ms); `online` is left to the caller. What is reported of an offline
 * device is the cloud's memory, of unknown age: it fills in what was never reported while the device is away, and never
 * replaces a value that was reported while the device was online.
 */
export function absorbReport(device: DeviceState, report: DeviceReport, at: number): DeviceState {
  const remembered = isMemory(report, device.online);
  const said_at = { ...device.said_at };
  const changes: Partial<Record<keyof DeviceValues, unknown>> = {};
  for (const value of DEVICE_VALUES) {
    const change = changeBy(value, report, device);
    const isUnknown = change === undefined && said_at[value] === undefined && !remembered;
    if (isUnknown && canChangeByItself(value)) changes[value] = null;
    if (change === undefined || (remembered && said_at[value] !== undefined)) continue;
    if (!remembered) said_at[value] = at;
    Object.assign(changes, change);
  }
  return complete(
    { ...device, ...(changes as Partial<DeviceValues>), said_at },
    device.capabilities,
    report.capabilities,
  );
}

/**
 * A device can do what its handle type says and what it has reported, which also reveals the kind of an unknown device.
 * A state that it must have is `unknown` at first.
 */
function complete(device: DeviceState, ...lists: readonly (readonly string[])[]): DeviceState {
  const { capabilities, unknown } = joinCapabilities(...lists);
  const kind = device.kind === "unknown" ? kindByCapabilities(capabilities) : device.kind;
  const isSwitched = kind === "light" || kind === "plug" || kind === "switch";
  const dims = capabilities.includes("st.switchLevel") || capabilities.includes("st.brightness");
  const isTinted = capabilities.includes("st.colorTemperature");
  return {
    ...device,
    kind,
    capabilities,
    unknown_capabilities: unknown,
    lock_state: device.lock_state ?? (kind === "lock" ? "unknown" : null),
    door_state: device.door_state ?? (capabilities.includes("st.doorSensor") ? "unknown" : null),
    switch_state: device.switch_state ?? (isSwitched ? "unknown" : null),
    level_range: dims ? (device.level_range ?? LEVEL_RANGE) : null,
    color_temperature_range: isTinted ? (device.color_temperature_range ?? COLOR_TEMPERATURE_RANGE) : null,
    confirmed_at: device.said_at[MAIN_VALUES[kind]] ?? null,
  };
}

function kindByCapabilities(capabilities: readonly string[]): DeviceKind {
  if (capabilities.includes("st.lock")) return "lock";
  return capabilities.includes("st.switch") ? "switch" : "unknown";
}

/** What the cloud has called it; a picture that an earlier version stored had no other names. */
function nameBefore(known: Partial<DeviceState> | undefined): string | undefined {
  return known?.cloud_name ?? known?.name;
}

/** What is known of the device's values; a picture that an earlier version stored may lack some. */
function valuesOf(device: DeviceState | undefined): DeviceValues {
  if (device === undefined) return NO_VALUES;
  const values: Record<keyof DeviceValues, unknown> = { ...NO_VALUES };
  for (const member of VALUE_MEMBERS) values[member] = device[member] ?? null;
  return values as DeviceValues;
}
