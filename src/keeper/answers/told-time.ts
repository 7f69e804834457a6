/** What a member of an answer tells of a token's end: a number without a unit, a duration in ms, or a moment (epoch ms). */
export type ToldTime =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "duration"; readonly ms: number }
  | { readonly kind: "moment"; readonly at: number };

/** `expires_in` and its like are a duration below this and a moment above it, in seconds. */
const EARLIEST_MOMENT_S = 1e9;
const EARLIEST_MOMENT_MS = 1e11;

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|milli(second)?s?)$/i, 1],
  [/^s(ec(ond)?s?)?$/i, 1000],
  [/^m(in(ute)?s?)?$/i, 60_000],
  [/^h((ou)?rs?)?$/i, 3_600_000],
  [/^d(ays?)?$/i, 86_400_000],
];

/** A positive number, a duration with its unit, or a date as text; null for anything that tells no time. */
export function toldTime(value: unknown): ToldTime | null {
  if (typeof value === "number") return plain(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return plain(Number(text));
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text) ?? [];
  if (number !== undefined) {
    const unitMs = UNITS.find(([name]) => name.test(unit))?.[1];
    return unitMs === undefined || Number(number) === 0 ? null : { kind: "duration", ms: Number(number) * unitMs };
  }
  return date(text);
}

/** The moment that a number of this size is in seconds or milliseconds since 1970; null for one that is too small. */
export function momentOf(number: number): number | null {
  if (number <= EARLIEST_MOMENT_S) return null;
  return Math.round(number > EARLIEST_MOMENT_MS ? number : number * 1000);
}

function plain(number: number): ToldTime | null {
  return Number.isFinite(number) && number > 0 ? { kind: "number", number } : null;
}

/** A date without a zone is taken for UTC: this machine's own zone is none of the cloud's. */
function date(text: string): ToldTime | null {
  const bare = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text);
  const at = Date.parse(bare ? `${text.replace(" ", "T")}Z` : text);
  return Number.isNaN(at) || !/\d{4}/.test(text) ? null : { kind: "moment", at };
}
