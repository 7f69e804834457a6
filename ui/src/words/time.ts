/** Times for people, in the browser's zone and the reader's language. `at` and `now` are epoch ms, durations ms. */

import { currentLocale, say } from "./language/words.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats are made once for each locale: making one takes longer than a hundred uses of it. */
function perLocale<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const locale = currentLocale();
    const format = made.get(locale) ?? make(locale);
    made.set(locale, format);
    return format;
  };
}

function dateFormat(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  return perLocale((locale) => new Intl.DateTimeFormat(locale, options));
}

/** Narrow units are clear in English alone: a German `m` is a metre, and a French `-5 s` no time. */
function lengthIn(locale: string): "narrow" | "short" {
  return locale.startsWith("en") ? "narrow" : "short";
}

function unitFormat(unit: string): () => Intl.NumberFormat {
  return perLocale((locale) => {
    const options = { style: "unit", unit, unitDisplay: lengthIn(locale), maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat(locale, options);
  });
}

const relative = perLocale(
  (locale) => new Intl.RelativeTimeFormat(locale, { style: lengthIn(locale), numeric: "auto" }),
);
const relativeDay = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const toTheSecond = dateFormat({ dateStyle: "full", timeStyle: "medium" });
const clock = dateFormat({ hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = dateFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekday = dateFormat({ weekday: "short", hour: "2-digit", minute: "2-digit" });
const date = dateFormat({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const day = dateFormat({ weekday: "long", day: "numeric", month: "long" });
const nearDate = dateFormat({ day: "numeric", month: "long" });
const farDate = dateFormat({ month: "long", year: "numeric" });
const UNITS = {
  day: unitFormat("day"),
  hour: unitFormat("hour"),
  minute: unitFormat("minute"),
  second: unitFormat("second"),
};

/** `12s ago`, `3h ago`, and a date once that says more. */
export function ago(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age >= 30 * DAY) return date().format(at);
  const [size, unit] =
    age < MINUTE
      ? ([SECOND, "second"] as const)
      : age < HOUR
        ? ([MINUTE, "minute"] as const)
        : age < DAY
          ? ([HOUR, "hour"] as const)
          : ([DAY, "day"] as const);
  return unpointed(relative().format(-Math.floor(age / size), unit));
}

/** The point of an abbreviation (`vor 5 Min.`) would end the sentence that it stands in, or double its full stop. */
function unpointed(text: string): string {
  return text.replace(/\.$/u, "");
}

/** The shortest clear name of a moment: `07:12` today, `Tue 02:50` within the week around it, else `3 Nov, 02:50`. */
export function moment(at: number, now: number): string {
  if (sameDay(at, now)) return clock().format(at);
  return Math.abs(at - now) < 6 * DAY ? weekday().format(at) : date().format(at);
}

/** Of something that may have changed since: `as of 07:03, 12 min ago`. */
export function asOf(at: number, now: number): string {
  return say("page.as_of", { moment: moment(at, now), ago: ago(at, now) });
}

/** The moment to the second, for hovering and for screen readers. */
export function absolute(at: number): string {
  return toTheSecond().format(at);
}

export function clockSeconds(at: number): string {
  return clockWithSeconds().format(at);
}

/** `Today`, `Yesterday`, else the weekday and the date. */
export function dayName(at: number, now: number): string {
  if (sameDay(at, now)) return capitalised(relativeDay().format(0, "day"));
  return sameDay(at, now - DAY) ? capitalised(relativeDay().format(-1, "day")) : day().format(at);
}

/** A day that is only roughly known: `3 March`, and further away `March 2027`. */
export function roughDay(at: number, now: number): string {
  return (Math.abs(at - now) < 60 * DAY ? nearDate() : farDate()).format(at);
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase(currentLocale()) + text.slice(1);
}

/** The two largest units: `4d 16h`, `1m 12s`, `0s`. */
export function duration(ms: number): string {
  const left = Math.max(0, ms);
  const [large, small]: [Part, Part | null] =
    left >= DAY
      ? [part(left, DAY, "day"), part(left % DAY, HOUR, "hour")]
      : left >= HOUR
        ? [part(left, HOUR, "hour"), part(left % HOUR, MINUTE, "minute")]
        : left >= MINUTE
          ? [part(left, MINUTE, "minute"), part(left % MINUTE, SECOND, "second")]
          : [part(left, SECOND, "second"), null];
  return small === null || small.count === 0 ? unitText(large) : `${unitText(large)} ${unitText(small)}`;
}

/** `in 4d 16h`. */
export function inTime(ms: number): string {
  return say("page.in_time", { time: duration(ms) });
}

/** `4d 16h ago`. */
export function timeAgo(ms: number): string {
  return say("page.time_ago", { time: duration(ms) });
}

/** A short span with tenths: `2.1s`. */
export function tenths(ms: number): string {
  return unpointed(UNITS.second().format(Math.max(0, ms) / SECOND));
}

interface Part {
  readonly count: number;
  readonly unit: keyof typeof UNITS;
}

function part(ms: number, size: number, unit: Part["unit"]): Part {
  return { count: Math.floor(ms / size), unit };
}

function unitText({ count, unit }: Part): string {
  return unpointed(UNITS[unit]().format(count));
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
