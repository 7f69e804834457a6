import { MAIN_VALUES } from "./picture.ts";
import type { Change, DeviceState, DeviceValue, Snapshot } from "./picture.ts";

/**
 * The cloud has reported the same again of devices of one account: `at` is the new age of each value that such a device
 * has one of, but for `unsaid`. Of `only` these devices, or of all of the account `except` these.
 */
export type SameAgain = {
  readonly account_id: string;
  readonly at: number;
  readonly unsaid?: readonly DeviceValue[];
} & ({ readonly only: readonly string[] } | { readonly except: readonly string[] });

/** What is only confirmed again, in few words. */
export interface Ages {
  /** By account id: `last_success_at` of its cloud. */
  readonly clouds?: Readonly<Record<string, number>>;
  readonly devices?: readonly SameAgain[];
}

/** A change as the live feed tells it: what has only been confirmed again is in `ages`, which count after all else. */
export interface Update extends Change {
  readonly ages?: Ages;
}

/** The device after the cloud has said the same again. */
export function saidAgain(device: DeviceState, { at, unsaid = [] }: Pick<SameAgain, "at" | "unsaid">): DeviceState {
  const said_at: Partial<Record<DeviceValue, number>> = { ...device.said_at };
  for (const value of Object.keys(said_at) as DeviceValue[]) if (!unsaid.includes(value)) said_at[value] = at;
  return { ...device, said_at, confirmed_at: said_at[MAIN_VALUES[device.kind]] ?? null };
}

/** The picture with the new ages in it. */
export function withAges(picture: Snapshot, { clouds = {}, devices = [] }: Ages): Snapshot {
  const { gateway } = picture;
  const answered = Object.entries(gateway.clouds).map(
    ([id, cloud]) => [id, { ...cloud, last_success_at: clouds[id] ?? cloud.last_success_at }] as const,
  );
  return {
    ...picture,
    gateway: { ...gateway, clouds: Object.fromEntries(answered) },
    devices: devices.reduce(confirmed, picture.devices),
  };
}

function confirmed(devices: readonly DeviceState[], same: SameAgain): readonly DeviceState[] {
  const listed = new Set("only" in same ? same.only : same.except);
  const isMeant = ({ id, account_id }: DeviceState): boolean =>
    account_id === same.account_id && listed.has(id) === "only" in same;
  return devices.map((device) => (isMeant(device) ? saidAgain(device, same) : device));
}
