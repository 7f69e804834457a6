import { nameMistake, tidyName } from "../../../src/arrangement/given-name.ts";
import type { DeviceState } from "../../../src/state/picture.ts";
import type { Answer } from "../answers/answer.ts";

/** Names or pins a device as the gateway does. @param change shows what has changed */
export function arrange(
  body: object,
  devices: readonly DeviceState[],
  change: (devices: readonly DeviceState[]) => void,
): Answer {
  const { device_id, name, place } = body as { device_id: string; name?: string | null; place?: number | null };
  const device = devices.find(({ id }) => id === device_id);
  if (device === undefined)
    return { status: 404, body: { code: "device_not_found", detail: "There is no such device." } };
  if (typeof name === "string" && nameMistake(tidyName(name)) !== null)
    return { status: 400, body: { code: "bad_request", detail: "That is no name.", field: "name" } };
  const given = name === undefined ? device.name : name === null ? device.cloud_name : tidyName(name);
  const others = devices.filter((one) => one.place !== null && one.id !== device_id);
  const pinned = others.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
  const wanted = place === undefined ? device.place : place;
  if (wanted !== null) pinned.splice(wanted - 1, 0, device);
  const changed = [device, ...others].map((one) => ({
    ...one,
    ...(one === device ? { name: given } : {}),
    place: pinned.includes(one) ? pinned.indexOf(one) + 1 : null,
  }));
  change(changed);
  return { status: 200, body: changed[0] ?? device };
}
