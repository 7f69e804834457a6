import { isObject } from "../json.ts";
import { words } from "./cloud-words.ts";
import { deviceId, devicesIn } from "./device-list.ts";
import type { DeviceRecord } from "./devices.ts";
import { member, text } from "./loose-json.ts";
import { readColorTemperatureRange, readLevelRange } from "./value-range.ts";

/** Attributes that only devices with the capability have. */
const ATTRIBUTES = [
  ["switchLevelRange", "st.switchLevel"],
  ["colorModel", "st.color"],
  ["colorTemperatureRange", "st.colorTemperature"],
] as const;

/** Characters of JSON: it goes into every request about the device. */
const LONGEST_CUSTOM_DATA = 8192;

/** The records of a Discovery; null where the answer holds no list of devices, so that nothing follows from it. */
export function readDiscovery(payload: unknown): DeviceRecord[] | null {
  const devices = devicesIn(payload);
  if (devices === null) return null;
  const records = new Map<string, DeviceRecord>();
  for (const device of devices) {
    const record = readRecord(device);
    if (record && !records.has(record.id)) records.set(record.id, record);
  }
  return [...records.values()];
}

function readRecord(device: unknown): DeviceRecord | null {
  const id = deviceId(device);
  if (id === null) return null;
  const info = member(device, "deviceInfo");
  const attributes = member(device, "attributes");
  return {
    id,
    name: words(member(device, "name")),
    // One documented sample has `type` where the others have `category`.
    category: words(member(device, "category")) ?? words(member(device, "type")),
    handleType: words(member(device, "handleType")),
    manufacturer: words(member(info, "manufacturer")),
    model: words(member(info, "model")),
    firmware: words(member(info, "hwVersion")),
    serial: words(member(info, "serialNumber")),
    levelRange: readLevelRange(member(attributes, "switchLevelRange")),
    colorTemperatureRange: readColorTemperatureRange(member(attributes, "colorTemperatureRange")),
    attributed: ATTRIBUTES.filter(([name]) => isStated(member(attributes, name))).map(([, capability]) => capability),
    customData: echoable(member(device, "customData")),
  };
}

function isStated(attribute: unknown): boolean {
  return isObject(attribute) || text(attribute) !== null;
}

/** `customData` if it can be sent back as it came. */
function echoable(customData: unknown): unknown {
  try {
    return (JSON.stringify(customData) ?? "").length <= LONGEST_CUSTOM_DATA ? customData : undefined;
  } catch {
    // Too deep for anybody to write down again.
    return undefined;
  }
}
