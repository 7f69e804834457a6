import type { DeviceValues } from "../../state/picture.ts";
import { looseNumber } from "./loose-json.ts";

export interface Battery {
  /** 1 to 5; null where the cloud reported a percentage. */
  readonly level: number | null;
  readonly percent: number;
}

/**
 * The cloud reports 1 to 5 and publishes no mapping. A level is a fifth of the battery, so its middle is off by 10 % at
 * most, while `level x 20` is the upper end; and users have seen the level one above what U-tec's own app shows, so
 * it is better to err on the low side. The highest level means full.
 */
const PERCENT = new Map([
  [1, 10],
  [2, 30],
  [3, 50],
  [4, 70],
  [5, 100],
]);

const WITH_SIGN = /^\s*(.*?)\s*%\s*$/;

/**
 * A battery state: a level, or a percentage where it can be nothing else (above 5, with a percent sign, or 0, which is
 * empty in both). Undefined for what is neither.
 */
export function readBattery(value: unknown): Battery | undefined {
  const signed = typeof value === "string" ? WITH_SIGN.exec(value)?.[1] : undefined;
  const read = looseNumber(signed ?? value);
  if (read === null || read < 0 || read > 100) return undefined;
  if (signed !== undefined || read > 5 || read === 0) return { level: null, percent: Math.round(read) };
  const percent = PERCENT.get(read);
  return percent === undefined ? undefined : { level: read, percent };
}

/**
 * The device with the battery that was reported. One that has reported percentages goes on doing so: its 5 is nearly
 * empty, not full.
 */
export function withBattery(
  reported: Battery,
  { battery_level, battery_percent }: Pick<DeviceValues, "battery_level" | "battery_percent">,
): Pick<DeviceValues, "battery_level" | "battery_percent"> {
  const reportsPercent = battery_level === null && battery_percent !== null && battery_percent > 0;
  const { level, percent } = reported;
  return reportsPercent && level !== null
    ? { battery_level: null, battery_percent: level }
    : { battery_level: level, battery_percent: percent };
}
