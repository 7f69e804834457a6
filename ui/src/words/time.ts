/** Times for people, in the browser's zone. `at` and `now` are epoch ms, durations ms. */

/** The page speaks English, and a sentence has one language: the reader's own English, where they read one. */
export function languageOf(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language)) ?? "en-GB";
}

const LANGUAGE = languageOf(navigator.languages);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relativeFormat = new Intl.RelativeTimeFormat(LANGUAGE, { style: "narrow", numeric: "auto" });
const absoluteFormat = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "full", timeStyle: "medium" });
const clockFormat = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
const secondsFormat = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekdayFormat = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const dateFormat = new Intl.DateTimeFormat(LANGUAGE, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const dayFormat = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });

/** `12s ago`, `3h ago`, and a date once that says more. */
export function ago(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return relativeFormat.format(-Math.floor(age / SECOND), "second");
  if (age < HOUR) return relativeFormat.format(-Math.floor(age / MINUTE), "minute");
  if (age < DAY) return relativeFormat.format(-Math.floor(age / HOUR), "hour");
  if (age < 30 * DAY) return relativeFormat.format(-Math.floor(age / DAY), "day");
  return dateFormat.format(at);
}

/** The shortest clear name of a moment: `07:12` today, `Tue 02:50` within the week around it, else `3 Nov, 02:50`. */
export function moment(at: number, now: number): string {
  if (sameDay(at, now)) return clockFormat.format(at);
  return Math.abs(at - now) < 6 * DAY ? weekdayFormat.format(at) : dateFormat.format(at);
}

/** Of something that may have changed since: `as of 07:03, 12 min ago`. */
export function asOf(at: number, now: number): string {
  return `as of ${moment(at, now)}, ${ago(at, now)}`;
}

/** The moment to the second, for hovering and for screen readers. */
export function absolute(at: number): string {
  return absoluteFormat.format(at);
}

export function clockSeconds(at: number): string {
  return secondsFormat.format(at);
}

export function dayName(at: number, now: number): string {
  if (sameDay(at, now)) return "Today";
  return sameDay(at, now - DAY) ? "Yesterday" : dayFormat.format(at);
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

/** A short span with tenths: `2.1s`. */
export function tenths(ms: number): string {
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    maximumFractionDigits: 1,
  }).format(Math.max(0, ms) / SECOND);
}

interface Part {
  readonly count: number;
  readonly unit: "day" | "hour" | "minute" | "second";
}

function part(ms: number, size: number, unit: Part["unit"]): Part {
  return { count: Math.floor(ms / size), unit };
}

function unitText({ count, unit }: Part): string {
  return new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "narrow" }).format(count);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
