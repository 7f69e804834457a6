import { isObject } from "../../json.ts";
import { forEachMember } from "../../state/device-values.ts";
import type { ValueShape } from "../../state/device-values.ts";
import { DEVICE_KINDS, DEVICE_VALUES } from "../../state/picture.ts";
import type { DeviceState } from "../../state/picture.ts";
import type { DeviceRecord } from "../reading/device-record.ts";
import type { AccountList, Listing } from "./listings.ts";

/** A moment on both of the machine's clocks. */
export interface Moment {
  /** The run of the machine that `uptime` counts from; null where that is not known. */
  readonly boot: string | null;
  /** Milliseconds. */
  readonly uptime: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A device for the next run of the gateway to start with. */
export interface StoredDevice {
  readonly state: DeviceState;
  /** When its main state was reported; null: not known. */
  readonly said: Moment | null;
}

/** What outlives a run of the gateway: what each account listed, and the last state of its devices. */
export interface StoredFleet {
  readonly lists: readonly AccountList[];
  readonly devices: readonly StoredDevice[];
}

/**
 * How old is what was reported then? Never younger than it is: nobody knows when an earlier run of the machine ended,
 * and the clock may not be set since, so it is too old for anything (Infinity); within one run the uptime counts, or
 * the wall clock where that is more, because a virtual machine may have been paused.
 */
export function ageOf(said: Moment | null, now: Moment): number {
  if (said === null || said.boot === null || said.boot !== now.boot || said.uptime > now.uptime) return Infinity;
  return Math.max(now.uptime - said.uptime, now.at - said.at);
}

/** What is written of a device: `readDevice` takes it back. */
export function writeDevice({ state, said }: StoredDevice): string {
  return JSON.stringify({ state, said });
}

export function writeListing({ record, missed, missingSinceAt, missedAt, missingForMs }: Listing): string {
  return JSON.stringify({ record, missed, missingSinceAt, missedAt, missingForMs });
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => Number.isFinite(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isFlag: Check = (value) => typeof value === "boolean";
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
/** A later version may know more of a device than the one that stored it. */
const orNothing =
  (check: Check): Check =>
  (value) =>
    value === null || value === undefined || check(value);
const allOf =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));

function checkOf(shape: ValueShape): Check {
  switch (shape.is) {
    case "flag":
      return isFlag;
    case "word":
      return oneOf(...shape.of);
    case "number":
      return isNumber;
    case "color":
      return allOf({ r: isNumber, g: isNumber, b: isNumber });
  }
}

const isRange = allOf({ min: isNumber, max: isNumber, step: isNumber });
const isMaybeText = orNothing(isText);

const isRecord = allOf({
  id: isText,
  name: isMaybeText,
  category: isMaybeText,
  handleType: isMaybeText,
  manufacturer: isMaybeText,
  model: isMaybeText,
  firmware: isMaybeText,
  serial: isMaybeText,
  levelRange: orNothing(isRange),
  colorTemperatureRange: orNothing(isRange),
  attributed: isTexts,
} satisfies Record<keyof Omit<DeviceRecord, "customData">, Check>);

const isState = allOf({
  id: isText,
  name: isText,
  cloud_name: isMaybeText,
  place: orNothing(isNumber),
  account_id: isText,
  kind: oneOf(...DEVICE_KINDS),
  category: isMaybeText,
  handle_type: isMaybeText,
  capabilities: isTexts,
  unknown_capabilities: isTexts,
  manufacturer: isMaybeText,
  model: isMaybeText,
  firmware: isMaybeText,
  serial: isMaybeText,
  ...forEachMember((shape) => orNothing(checkOf(shape))),
  level_range: orNothing(isRange),
  color_temperature_range: orNothing(isRange),
  said_at: allOf(Object.fromEntries(DEVICE_VALUES.map((value) => [value, orNothing(isNumber)]))),
} satisfies Record<keyof Omit<DeviceState, Derived>, Check>);

/** What follows from the rest, or is judged when it is read. */
type Derived = "transition" | "confirmed_at" | "freshness" | "available" | "trouble" | "missing_since_at";

const isMoment = allOf({ boot: isText, uptime: isNumber, at: isNumber });

/** The device, without a transition; undefined where this is not one: a damaged disk may hold anything. */
export function readDevice(value: unknown): StoredDevice | undefined {
  if (!isObject(value) || !isState(value["state"])) return undefined;
  const state = value["state"] as DeviceState;
  return {
    state: { ...state, transition: null },
    said: isMoment(value["said"]) ? (value["said"] as Moment) : null,
  };
}

/** The account's listing; undefined where this is not one. */
export function readListing(accountId: string, value: unknown): Listing | undefined {
  if (!isObject(value) || !isRecord(value["record"]) || !isNumber(value["missed"])) return undefined;
  const { record, missed } = value as { record: DeviceRecord; missed: number };
  const { missingSinceAt, missedAt, missingForMs } = value;
  return {
    accountId,
    record: { ...record, customData: record.customData },
    missed,
    missingSinceAt: typeof missingSinceAt === "number" ? missingSinceAt : null,
    // An earlier version did not store these.
    missedAt: typeof missedAt === "number" ? missedAt : null,
    missingForMs: typeof missingForMs === "number" ? missingForMs : 0,
  };
}
