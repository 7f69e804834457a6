import type { DeviceKind, DeviceState } from "../state/picture.ts";
import { member, text } from "./loose-json.ts";
import { devicesIn } from "./states.ts";
import type { DeviceReport } from "./states.ts";

/** What a Discovery says of one device. */
export interface DeviceRecord {
  readonly id: string;
  readonly name: string;
  readonly category: string | null;
  readonly handleType: string | null;
  readonly capabilities: readonly string[];
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  /** Opaque; the documentation asks for it back with every Query and Command. Undefined where there is none. */
  readonly customData: unknown;
}

/** The capabilities behind a handle type, as the U-tec developer documentation lists them. */
const HANDLE_TYPES = new Map<string, readonly string[]>([
  ["utec-lock", ["st.healthCheck", "st.lock", "st.batteryLevel"]],
  ["utec-lock-sensor", ["st.healthCheck", "st.lock", "st.batteryLevel", "st.doorSensor"]],
  ["utec-dimmer", ["st.healthCheck", "st.switch", "st.switchLevel"]],
  ["utec-switch", ["st.healthCheck", "st.switch"]],
  ["utec-light-rgbaw-br", ["st.healthCheck", "st.switch", "st.brightness", "st.color", "st.colorTemperature"]],
]);

/** Words that tell the kind, whole words only; `swtich` is a spelling of the cloud's own. */
const KINDS: readonly (readonly [DeviceKind, RegExp])[] = [
  ["lock", /\b(smart[ _-]?)?lock\b/i],
  ["plug", /\b(smart[ _-]?)?plug\b/i],
  ["switch", /\b(smart[ _-]?)?(switch|swtich)\b/i],
  ["light", /\b(smart[ _-]?)?(light|bulb|dimmer)\b/i],
];

/** The records of a Discovery; null where the answer holds no list of devices, so that nothing follows from it. */
export function readDiscovery(payload: unknown): DeviceRecord[] | null {
  const devices = devicesIn(payload);
  if (devices === null) return null;
  const records = new Map<string, DeviceRecord>();
  for (const device of devices) {
    const record = readRecord(device);
    if (record) records.set(record.id, record);
  }
  return [...records.values()];
}

function readRecord(device: unknown): DeviceRecord | null {
  const id = text(member(device, "id"));
  if (id === null) return null;
  const info = member(device, "deviceInfo");
  const handleType = text(member(device, "handleType"));
  return {
    id,
    name: text(member(device, "name")) ?? id,
    // One documented sample has `type` where the others have `category`.
    category: text(member(device, "category")) ?? text(member(device, "type")),
    handleType,
    capabilities: HANDLE_TYPES.get(handleType?.toLowerCase() ?? "") ?? [],
    manufacturer: text(member(info, "manufacturer")),
    model: text(member(info, "model")),
    firmware: text(member(info, "hwVersion")),
    serial: text(member(info, "serialNumber")),
    customData: member(device, "customData"),
  };
}

/** The device as a record describes it, served by `account_id`; what was known of its states stays. */
export function describe(record: DeviceRecord, account_id: string, known: DeviceState | undefined): DeviceState {
  return withCapabilities(
    {
      id: record.id,
      name: record.name,
      account_id,
      kind: kindOf(record),
      category: record.category,
      handle_type: record.handleType,
      capabilities: [],
      unknown_capabilities: [],
      manufacturer: record.manufacturer,
      model: record.model,
      firmware: record.firmware,
      serial: record.serial,
      online: known?.online ?? null,
      lock_state: known?.lock_state ?? null,
      lock_mode: known?.lock_mode ?? null,
      transition: known?.transition ?? null,
      door_state: known?.door_state ?? null,
      battery_level: known?.battery_level ?? null,
      battery_percent: known?.battery_percent ?? null,
      switch_state: known?.switch_state ?? null,
      level: known?.level ?? null,
      level_range: null,
      color: known?.color ?? null,
      color_temperature: known?.color_temperature ?? null,
      color_temperature_range: null,
      said_at: known?.said_at ?? {},
      confirmed_at: known?.confirmed_at ?? null,
      freshness: known?.freshness ?? "unknown",
      available: known?.available ?? true,
      trouble: known?.trouble ?? null,
      missing_since_at: known?.missing_since_at ?? null,
    },
    [...record.capabilities, ...(known?.capabilities ?? [])],
  );
}

/**
 * The device after a report of the moment `at` (epoch ms). `online` is decided by the caller, who knows the reports
 * before this one. What an offline device is said to be is the cloud's memory of it: shown, but not confirmed.
 */
export function absorb(device: DeviceState, report: DeviceReport, at: number): DeviceState {
  const said = report.lockState ?? report.lockMode ?? report.doorState ?? report.battery ?? report.online;
  return withCapabilities(
    {
      ...device,
      lock_state: report.lockState ?? device.lock_state,
      lock_mode: report.lockMode ?? device.lock_mode,
      door_state: report.doorState ?? device.door_state,
      battery_level: report.battery ? report.battery.level : device.battery_level,
      battery_percent: report.battery ? report.battery.percent : device.battery_percent,
      switch_state: report.switchState ?? device.switch_state,
      level: report.level ?? device.level,
      color: report.color ?? device.color,
      color_temperature: report.colorTemperature ?? device.color_temperature,
      confirmed_at: said === undefined || report.online === false ? device.confirmed_at : at,
    },
    [...device.capabilities, ...report.capabilities],
  );
}

/** A device can what its handle type says and what it has reported; a state that it must have is `unknown` at first. */
function withCapabilities(device: DeviceState, capabilities: readonly string[]): DeviceState {
  const all = [...new Set(capabilities)];
  const kind = device.kind === "unknown" && all.includes("st.lock") ? "lock" : device.kind;
  return {
    ...device,
    kind,
    capabilities: all,
    lock_state: device.lock_state ?? (kind === "lock" ? "unknown" : null),
    door_state: device.door_state ?? (all.includes("st.doorSensor") ? "unknown" : null),
  };
}

/** The category first: a dimmer on the wall and a bulb share one handle type. */
function kindOf(record: DeviceRecord): DeviceKind {
  for (const words of [record.category, record.handleType]) {
    const kind = KINDS.find(([, pattern]) => words !== null && pattern.test(words));
    if (kind) return kind[0];
  }
  return "unknown";
}
