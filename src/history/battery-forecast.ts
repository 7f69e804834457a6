import type { BatteryForecast, BatteryReading } from "./history-models.ts";

/** A reading, with the level of a lock that reports levels instead of percentages. */
export interface KeptReading extends BatteryReading {
  readonly level: number | null;
}

const DAY_MS = 86_400_000;
/** So much higher, and nobody doubts that the batteries were changed; a little less must last. */
const SURELY_CHANGED = 35;
const MAYBE_CHANGED = 15;
const LASTS_MS = 7 * DAY_MS;
/** Less than that says nothing of months. */
const LEAST_MS = 14 * DAY_MS;
const LEAST_FALL = 10;
const LEAST_READINGS = 10;
/** What is further away is not told. */
const FARTHEST_MS = 3 * 365 * DAY_MS;

/**
 * When the batteries are likely to be empty. Levels say no more than when one of them was left, so these moments count; a
 * percentage counts each day.
 *
 * @param readings in the order of their times
 */
export function forecastBattery(readings: readonly KeptReading[], now: number): BatteryForecast {
  const begins = lastChange(readings);
  const since = readings.slice(begins);
  const changed_at = begins === 0 ? null : (since[0]?.at ?? null);
  const levels = since.every(({ level }) => level !== null);
  const points = levels ? stepsOf(since, changed_at !== null) : since;
  const [first, last] = [points[0], points.at(-1)];
  const enough = levels ? 2 : LEAST_READINGS;
  if (first === undefined || last === undefined || points.length < enough || last.at - first.at < LEAST_MS) {
    const fell = Math.max(...since.map(({ percent }) => percent)) > (since.at(-1)?.percent ?? 0);
    const long = since.length > 0 && (since.at(-1)?.at ?? 0) - (since[0]?.at ?? 0) >= LASTS_MS * 12;
    return { outlook: long && !fell ? "not_falling" : "too_few", ends_at: null, changed_at };
  }
  const { perMs, at } = line(points);
  if (perMs >= 0 || first.percent - last.percent < LEAST_FALL)
    return { outlook: "not_falling", ends_at: null, changed_at };
  // Nothing that still reports is empty.
  const ends_at = Math.max(now, Math.round(at));
  if (ends_at - now > FARTHEST_MS) return { outlook: "not_falling", ends_at: null, changed_at };
  return { outlook: "ends", ends_at, changed_at };
}

/** Where the readings of the present batteries begin. */
function lastChange(readings: readonly KeptReading[]): number {
  for (let at = readings.length - 1; at > 0; at -= 1) {
    const [one, before] = [readings[at], readings[at - 1]];
    if (one === undefined || before === undefined) continue;
    const rise = one.percent - before.percent;
    if (rise >= SURELY_CHANGED) return at;
    if (rise >= MAYBE_CHANGED && lasts(readings, at, before.percent)) return at;
  }
  return 0;
}

function lasts(readings: readonly KeptReading[], from: number, above: number): boolean {
  const begun = readings[from]?.at ?? 0;
  for (const { at, percent } of readings.slice(from)) {
    if (percent <= above) return false;
    if (at - begun >= LASTS_MS) return true;
  }
  return false;
}

/**
 * When each level was left for the first time, and what was left then: four fifths as 5 becomes 4. New batteries begin full.
 */
function stepsOf(readings: readonly KeptReading[], fresh: boolean): BatteryReading[] {
  const [first] = readings;
  let lowest = first?.level ?? 0;
  const steps: BatteryReading[] = first !== undefined && fresh && lowest === 5 ? [{ at: first.at, percent: 100 }] : [];
  for (const { at, level } of readings) {
    if (level === null || level >= lowest) continue;
    lowest = level;
    steps.push({ at, percent: level * 20 });
  }
  return steps;
}

/** The straight line through the points, by least squares: its slope, and where it meets nothing. */
function line(points: readonly BatteryReading[]): { readonly perMs: number; readonly at: number } {
  const mean = (pick: (point: BatteryReading) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const at = mean((point) => point.at);
  const percent = mean((point) => point.percent);
  const spread = mean((point) => (point.at - at) ** 2);
  const perMs = mean((point) => (point.at - at) * (point.percent - percent)) / spread;
  return { perMs, at: at - percent / perMs };
}
