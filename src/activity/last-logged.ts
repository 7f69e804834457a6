import { DEVICE_VALUES, DEVICE_VALUE_TABLE } from "../state/device-values.ts";
import type { CommandState, DeviceState, DeviceValue } from "../state/picture.ts";
import { findCommand } from "./find-command.ts";
import type { ActivityCommand, ActivityDraft, ActivityValue } from "./entry.ts";

/** Names come from the cloud, and may be of any length. */
const LONGEST_NAME = 200;

/** The values that are logged, each with the member of a device that shows it. */
const LOGGED_VALUES = DEVICE_VALUES.flatMap((value) => {
  const { logged } = DEVICE_VALUE_TABLE[value];
  return logged === null ? [] : [{ value, member: logged }];
});

/**
 * What was last logged of a device. A change is a difference to this, so a restart causes none, and
 * what was turned while the gateway was off is one.
 */
export interface LastLogged {
  readonly device_id: string;
  readonly name: string;
  readonly values: Readonly<Partial<Record<DeviceValue, ActivityValue>>>;
  readonly available: boolean;
  readonly missing: boolean;
  /** The account that served it; absent in what an earlier version wrote. */
  readonly account_id?: string;
}

export interface Observation {
  /** The same object where nothing in it is new. */
  readonly lastLogged: LastLogged;
  readonly entries: readonly ActivityDraft[];
}

export interface ObservedWith {
  /** The device's commands that may have caused a change, oldest first. */
  readonly commands: readonly CommandState[];
  /**
   * When each value was reported by the previous observation; what has not been reported since is only the cloud's
   * memory.
   */
  readonly saidBefore: DeviceState["said_at"];
  /** Epoch ms. */
  readonly now: number;
}

/** What there is to log of a device, compared to what was last logged. */
export function observe(known: LastLogged | undefined, device: DeviceState, observedWith: ObservedWith): Observation {
  const { now } = observedWith;
  const { account_id } = device;
  const name = device.name.slice(0, LONGEST_NAME);
  const entries: ActivityDraft[] = [];
  const add = (kind: ActivityDraft["kind"], part: Partial<ActivityDraft> = {}): void => {
    entries.push({ ...draft(kind, device.id, { name, account_id: device.account_id }, now), ...part });
  };
  const before = known ?? { device_id: device.id, name, values: {}, available: true, missing: false, account_id };
  if (known === undefined) add("device_added");

  const changed = changedValues(before, device, observedWith);
  for (const { value, from, to, command } of changed) {
    if (from === undefined) continue;
    add("state_changed", { value, from, to, cause: command ? "command" : "poll", command: command && about(command) });
  }

  const missing = device.missing_since_at !== null;
  if (missing !== before.missing) add(missing ? "device_missing" : "device_found");
  const available = isAvailable(before.available, device);
  if (available !== before.available) {
    add(available ? "device_available" : "device_unavailable", { to: available ? null : device.trouble });
  }

  const isNamed = known?.name === name && known.account_id === account_id;
  if (entries.length === 0 && changed.length === 0 && isNamed) return { lastLogged: before, entries };
  const values = { ...before.values, ...Object.fromEntries(changed.map(({ value, to }) => [value, to])) };
  return { lastLogged: { device_id: device.id, name, values, available, missing, account_id }, entries };
}

/** An entry about a device with nothing but its kind. */
export function draft(
  kind: ActivityDraft["kind"],
  device_id: string,
  known: Pick<LastLogged, "name" | "account_id"> | undefined,
  at: number,
): ActivityDraft {
  const device_name = known?.name ?? "";
  const account_id = known?.account_id ?? null;
  return {
    at,
    kind,
    device_id,
    device_name,
    account_id,
    value: null,
    from: null,
    to: null,
    cause: null,
    command: null,
  };
}

/** What an entry says of a command. */
export function about({ id, name, args, origin, outcome, took_ms, error }: CommandState): ActivityCommand {
  return { id, name, args, origin, outcome, took_ms, error };
}

interface ChangedValue {
  readonly value: DeviceValue;
  /** Undefined: seen for the first time, which is not a change. */
  readonly from: ActivityValue | undefined;
  readonly to: ActivityValue;
  readonly command: CommandState | null;
}

function changedValues(
  before: LastLogged,
  device: DeviceState,
  { commands, saidBefore, now }: ObservedWith,
): ChangedValue[] {
  return LOGGED_VALUES.flatMap(({ value, member }) => {
    const said = device.said_at[value];
    if (said === undefined || said === saidBefore[value]) return [];
    const to = device[member];
    const from = before.values[value];
    if (to === null || same(from, to)) return [];
    return [{ value, from, to, command: findCommand(value, to, commands, now) }];
  });
}

/** Colours are objects, the rest is not. */
function same(a: ActivityValue | undefined, b: ActivityValue): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  return a.r === b.r && a.g === b.g && a.b === b.b;
}

/** Right after a start everything counts as available until the cloud has reported something: that is not news. */
function isAvailable(before: boolean, device: DeviceState): boolean {
  const isSaid = !device.available || device.online === true || device.freshness !== "unknown";
  return isSaid ? device.available : before;
}
