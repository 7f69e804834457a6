import type { ValueRange } from "../../state/picture.ts";
import { member, looseNumber } from "./loose-json.ts";

/** The range of a dimmable light that does not state one, as in U-tec's samples. */
export const LEVEL_RANGE: ValueRange = { min: 1, max: 100, step: 1 };
/** Kelvin. */
export const COLOR_TEMPERATURE_RANGE: ValueRange = { min: 2000, max: 9000, step: 1 };

/** The bounds within which a range makes sense. */
const LEVEL_BOUNDS = { least: 0, most: 100 };
/** Kelvin: from candlelight to a clear blue sky. */
const COLOR_TEMPERATURE_BOUNDS = { least: 1000, most: 20_000 };

/** `attributes.switchLevelRange`; null where it is absent or makes no sense. */
export function readLevelRange(value: unknown): ValueRange | null {
  return readRange(value, LEVEL_BOUNDS);
}

/** `attributes.colorTemperatureRange`; null where it is absent or makes no sense. */
export function readColorTemperatureRange(value: unknown): ValueRange | null {
  return readRange(value, COLOR_TEMPERATURE_BOUNDS);
}

/** A level of 0 to 100 as a whole number; undefined for anything else. */
export function readLevel(value: unknown): number | undefined {
  return readWhole(value, LEVEL_BOUNDS.least, LEVEL_BOUNDS.most);
}

/** Kelvin as a whole number; undefined for what no lamp can show. */
export function readColorTemperature(value: unknown): number | undefined {
  return readWhole(value, COLOR_TEMPERATURE_BOUNDS.least, COLOR_TEMPERATURE_BOUNDS.most);
}

export function readWhole(value: unknown, least: number, most: number): number | undefined {
  const read = looseNumber(value);
  return read === null || read < least || read > most ? undefined : Math.round(read);
}

function readRange(value: unknown, { least, most }: typeof LEVEL_BOUNDS): ValueRange | null {
  const min = looseNumber(member(value, "min"));
  const max = looseNumber(member(value, "max"));
  const step = looseNumber(member(value, "step")) ?? 1;
  if (min === null || max === null || min < least || max > most || min >= max) return null;
  return step > 0 && step <= max - min ? { min, max, step } : null;
}
