import { isObject } from "../../json.ts";
import { member, looseText } from "./loose-json.ts";

/** Ids go into requests, logs and other programs' databases; U-tec's are 17 characters. */
const LONGEST_ID = 255;

/**
 * The devices of a payload, as the cloud wrote them: from a list, from a mapping by id, or from a payload that is the
 * list itself (as seen in notifications). Null where there is no list; a payload of `[]` is how the cloud says nothing
 * at all.
 */
export function devicesIn(payload: unknown): readonly unknown[] | null {
  const devices = Array.isArray(payload) && payload.length > 0 ? payload : member(payload, "devices");
  if (Array.isArray(devices)) return devices;
  if (!isObject(devices)) return null;
  if (deviceId(devices) !== null) return [devices];
  return Object.entries(devices).flatMap(([id, device]) => {
    if (!isObject(device)) return [];
    return [member(device, "id") === undefined ? { ...device, id } : device];
  });
}

/** The device's id, of any characters; null where it has no usable one. */
export function deviceId(device: unknown): string | null {
  const id = looseText(member(device, "id"));
  return id === null || id.length > LONGEST_ID || /\p{Cc}/u.test(id) ? null : id;
}
