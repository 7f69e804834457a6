import type { DeviceKind, DeviceState, DeviceValue } from "../../state/picture.ts";
import type { DeviceRecord } from "../reading/device-record.ts";
import { nextBattery } from "../reading/battery.ts";
import { capabilitiesOf, joinCapabilities } from "../reading/capability.ts";
import { kindOf } from "../reading/device-kind.ts";
import { fallbackName } from "../reading/fallback-name.ts";
import { isMemory } from "../reading/states.ts";
import type { DeviceReport } from "../reading/states.ts";
import { COLOR_TEMPERATURE_RANGE, LEVEL_RANGE } from "../reading/value-range.ts";

type Part = Partial<DeviceState>;

/** Each value of the picture with what a report makes of it; undefined where the report does not say it. */
const VALUES: readonly (readonly [DeviceValue, (report: DeviceReport, device: DeviceState) => Part | undefined])[] = [
  // Whether the device is online is for the caller to decide, who knows the reports before this one.
  ["online", ({ online }) => (online === undefined ? undefined : {})],
  ["lock_state", ({ lockState }) => lockState && { lock_state: lockState }],
  ["lock_mode", ({ lockMode }) => lockMode && { lock_mode: lockMode }],
  ["door_state", ({ doorState }) => doorState && { door_state: doorState }],
  ["battery", ({ battery }, device) => battery && batteryAfter(device, battery)],
  ["switch_state", ({ switchState }) => switchState && { switch_state: switchState }],
  ["level", ({ level }) => (level === undefined ? undefined : { level })],
  ["color", ({ color }) => color && { color }],
  ["color_temperature", ({ colorTemperature: said }) => (said === undefined ? undefined : { color_temperature: said })],
];

/** Of a device that is there, what moves by itself is not known until it says so. */
const UNSAID: Readonly<Partial<Record<DeviceValue, Part>>> = {
  lock_state: { lock_state: null },
  door_state: { door_state: null },
  switch_state: { switch_state: null },
};

/**
 * The device as a record describes it, served by `account_id`. What was known of its states stays, and so does what
 * this record leaves out: records have been seen with members missing.
 */
export function describeDevice(record: DeviceRecord, account_id: string, known: DeviceState | undefined): DeviceState {
  const category = record.category ?? known?.category ?? null;
  const handle_type = record.handleType ?? known?.handle_type ?? null;
  const model = record.model ?? known?.model ?? null;
  const told = kindOf(category, handle_type);
  const kind = told === "unknown" ? (known?.kind ?? told) : told;
  return complete(
    {
      id: record.id,
      name: record.name ?? known?.name ?? fallbackName(record.id, kind, model),
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
      online: known?.online ?? null,
      lock_state: known?.lock_state ?? null,
      lock_mode: known?.lock_mode ?? null,
      transition: known?.transition ?? null,
      door_state: known?.door_state ?? null,
      battery_level: known?.battery_level ?? null,
      battery_percent: known?.battery_percent ?? null,
      switch_state: known?.switch_state ?? null,
      level: known?.level ?? null,
      level_range: record.levelRange ?? known?.level_range ?? null,
      color: known?.color ?? null,
      color_temperature: known?.color_temperature ?? null,
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

/**
 * The device after a report of the moment `at` (epoch ms); `online` stays for the caller to decide. What an offline
 * device is said to be is the cloud's memory of it, of unknown age: it fills what was never said as long as the device
 * is away, and never takes the place of a value that was said while the device was there.
 */
export function absorbReport(device: DeviceState, report: DeviceReport, at: number): DeviceState {
  const remembered = isMemory(report, device.online);
  const said_at = { ...device.said_at };
  let after = device;
  for (const [value, told] of VALUES) {
    const part = told(report, device);
    if (said_at[value] === undefined && part === undefined && !remembered) after = { ...after, ...UNSAID[value] };
    if (part === undefined || (remembered && said_at[value] !== undefined)) continue;
    if (!remembered) said_at[value] = at;
    after = { ...after, ...part };
  }
  return complete({ ...after, said_at }, device.capabilities, report.capabilities);
}

/**
 * A device can what its handle type says and what it has reported, and the kind of a thing that we do not know shows in
 * that. A state that it must have is `unknown` at first.
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
    confirmed_at: device.said_at[mainValue(kind)] ?? null,
  };
}

function kindByCapabilities(capabilities: readonly string[]): DeviceKind {
  if (capabilities.includes("st.lock")) return "lock";
  return capabilities.includes("st.switch") ? "switch" : "unknown";
}

/** The value that a device is there for. */
function mainValue(kind: DeviceKind): DeviceValue {
  return kind === "lock" ? "lock_state" : "switch_state";
}

function batteryAfter(device: DeviceState, said: NonNullable<DeviceReport["battery"]>): Part {
  const { level, percent } = nextBattery({ level: device.battery_level, percent: device.battery_percent }, said);
  return { battery_level: level, battery_percent: percent };
}
