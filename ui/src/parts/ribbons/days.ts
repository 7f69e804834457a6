import type { ActivityFilter } from "../../live/place.ts";
import { activityHref } from "../../live/place.ts";

/** So many days are drawn. */
export const DAYS = 30;
/** In so many parts. */
export const PARTS = 8;

/** A day of the reader's: of 23 or 25 hours where the clocks change. */
export interface Day {
  /** As in an address: `2026-11-29`. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** The last days until `now`, today the last. */
export function lastDays(now: number): readonly Day[] {
  const today = new Date(now);
  const midnight = (ago: number): Date => new Date(today.getFullYear(), today.getMonth(), today.getDate() - ago);
  return Array.from({ length: DAYS }, (_, index) => {
    const [from, to] = [midnight(DAYS - 1 - index), midnight(DAYS - 2 - index)];
    const two = (number: number): string => String(number).padStart(2, "0");
    const key = `${from.getFullYear()}-${two(from.getMonth() + 1)}-${two(from.getDate())}`;
    return { key, from: from.getTime(), to: to.getTime() };
  });
}

/** The parts of a day until `now`, each with its own begin and end. */
export function partsOf({ from, to }: Day, now: number): readonly { readonly from: number; readonly to: number }[] {
  const length = (to - from) / PARTS;
  return Array.from({ length: PARTS }, (_, index) => ({
    from: from + index * length,
    to: Math.min(from + (index + 1) * length, now),
  })).filter((part) => part.from < part.to);
}

/** What happened on a day, in the activity place. */
export function dayHref(filter: ActivityFilter, { key }: Day): string {
  const href = activityHref(filter);
  return `${href}${href.includes("?") ? "&" : "?"}day=${key}`;
}
