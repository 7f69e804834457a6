import { isObject } from "../../json.ts";
import { displayText } from "./display-text.ts";
import { kindOf } from "./device-kind.ts";
import { deviceId, devicesIn } from "./payload-devices.ts";
import type { DeviceRecord } from "./device-record.ts";
import { member, looseText } from "./loose-json.ts";
import { readColorTemperatureRange, readLevelRange } from "./value-range.ts";

/** Attributes that only devices with the capability have. */
const ATTRIBUTES = [
  ["switchLevelRange", "st.switchLevel"],
  ["colorModel", "st.color"],
  ["colorTemperatureRange", "st.colorTemperature"],
] as const;

/** Characters of JSON: it is part of every request about the device. */
const LONGEST_CUSTOM_DATA = 8192;

/**
 * No home has so many, and each costs memory, part of every poll and entities in Home Assistant: a broken cloud's list
 * must not bring down locks that work.
 */
const MOST_DEVICES = 1000;

/** The rest of longer lists is not even looked at. */
const MOST_ENTRIES = 20_000;

/** A list of an account's devices, and what in it had to be left out. */
export interface DeviceList {
  readonly records: readonly DeviceRecord[];
  /** How many devices were left out because there are too many. */
  readonly tooMany: number;
  /** Ids that were listed more than once: the first record counts. */
  readonly repeated: readonly string[];
  /** Entries without a usable id. */
  readonly nameless: number;
}

/**
 * The device list in the answer to a Discovery; null where the answer holds no list of devices, so that nothing follows
 * from it.
 */
export function readDeviceList(payload: unknown): DeviceList | null {
  const devices = devicesIn(payload);
  if (devices === null) return null;
  const records = new Map<string, DeviceRecord>();
  const repeated = new Set<string>();
  let nameless = 0;
  for (const device of devices.slice(0, MOST_ENTRIES)) {
    const id = deviceId(device);
    if (id === null) nameless += 1;
    else if (records.has(id)) repeated.add(id);
    else records.set(id, readRecord(id, device));
  }
  const taken = records.size <= MOST_DEVICES ? [...records.values()] : foremost([...records.values()]);
  const unread = Math.max(0, devices.length - MOST_ENTRIES);
  return { records: taken, tooMany: records.size - taken.length + unread, repeated: [...repeated], nameless };
}

/** Locks first, then by id: the same ones each time, in whatever order the cloud lists them. */
function foremost(records: readonly DeviceRecord[]): DeviceRecord[] {
  const isLock = ({ category, handleType }: DeviceRecord): boolean => kindOf(category, handleType) === "lock";
  const byId = (one: DeviceRecord, other: DeviceRecord): number => (one.id < other.id ? -1 : 1);
  const locks = records.filter(isLock).toSorted(byId);
  const others = records.filter((record) => !isLock(record)).toSorted(byId);
  return [...locks, ...others].slice(0, MOST_DEVICES);
}

function readRecord(id: string, device: unknown): DeviceRecord {
  const info = member(device, "deviceInfo");
  const attributes = member(device, "attributes");
  return {
    id,
    name: displayText(member(device, "name")),
    // One documented sample has `type` where the others have `category`.
    category: displayText(member(device, "category")) ?? displayText(member(device, "type")),
    handleType: displayText(member(device, "handleType")),
    manufacturer: displayText(member(info, "manufacturer")),
    model: displayText(member(info, "model")),
    firmware: displayText(member(info, "hwVersion")),
    serial: displayText(member(info, "serialNumber")),
    levelRange: readLevelRange(member(attributes, "switchLevelRange")),
    colorTemperatureRange: readColorTemperatureRange(member(attributes, "colorTemperatureRange")),
    attributed: ATTRIBUTES.filter(([name]) => isStated(member(attributes, name))).map(([, capability]) => capability),
    customData: echoable(member(device, "customData")),
  };
}

function isStated(attribute: unknown): boolean {
  return isObject(attribute) || looseText(attribute) !== null;
}

/** `customData` if it can be sent back as it came. */
function echoable(customData: unknown): unknown {
  try {
    return (JSON.stringify(customData) ?? "").length <= LONGEST_CUSTOM_DATA ? customData : undefined;
  } catch {
    // Too deeply nested to be written again.
    return undefined;
  }
}
