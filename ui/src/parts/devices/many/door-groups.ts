import type { AccountState, DeviceState } from "../../../../../src/state/picture.ts";
import { isCurrent } from "../../../words/device-advice.ts";
import { hasLowBattery } from "../../../words/device-values.ts";

/** By state, what needs somebody first. */
export const STATE_GROUPS = [
  "problem",
  "unlocked",
  "open",
  "pinned",
  "locked",
  "lights",
  "switches",
  "others",
] as const;
export type StateGroup = (typeof STATE_GROUPS)[number];

/** What devices are grouped by. */
export const GROUPINGS = ["state", "account"] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface DoorGroup {
  /** A group of states, or an account's id. */
  readonly key: string;
  readonly devices: readonly DeviceState[];
}

/** Where a device stands by its state. What needs somebody is never put away among the pinned ones. */
export function stateGroupOf(device: DeviceState): StateGroup {
  if (device.kind === "lock") {
    const group = groupOfLock(device);
    return group === "locked" && device.place !== null ? "pinned" : group;
  }
  if (device.place !== null) return "pinned";
  if (device.kind === "light") return "lights";
  return device.kind === "unknown" ? "others" : "switches";
}

function groupOfLock(lock: DeviceState): StateGroup {
  const { lock_state: state, lock_mode: mode, door_state: door, trouble } = lock;
  if (!isCurrent(lock) || trouble !== null || state === "jammed") return "problem";
  if (mode === "passage" || state === "unlocked") return "unlocked";
  if (state !== "locked") return "problem";
  if (door === "open") return "open";
  return hasLowBattery(lock) ? "problem" : "locked";
}

/** The groups that have devices, in their order. */
export function grouped(
  devices: readonly DeviceState[],
  groupOf: (device: DeviceState) => string,
  order: readonly string[],
): readonly DoorGroup[] {
  const groups = new Map<string, DeviceState[]>(order.map((key) => [key, []]));
  for (const device of devices) {
    const key = groupOf(device);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [device]);
    else group.push(device);
  }
  return [...groups].filter(([, members]) => members.length > 0).map(([key, members]) => ({ key, devices: members }));
}

/** Pinned ones first, as people ordered them, then by name as the reader's language has it. */
export function inOrder(devices: readonly DeviceState[], locale: string): readonly DeviceState[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const place = (device: DeviceState): number => device.place ?? Infinity;
  return devices.toSorted((a, b) => (place(a) === place(b) ? compare(a.name, b.name) : place(a) - place(b)));
}

/** The accounts' ids by their names. */
export function accountOrder(accounts: readonly AccountState[], locale: string): readonly string[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return accounts.toSorted((a, b) => compare(a.name, b.name)).map(({ id }) => id);
}
