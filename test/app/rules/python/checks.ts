import { pythonRepr } from "./text.ts";

/** A value that is refused, in the words of the library that checks it (voluptuous 0.16, which the Supervisor uses). */
export class Refused extends Error {
  override name = "Refused";
}

export type Check = (value: unknown) => unknown;

export const text: Check = (value) => {
  if (typeof value === "string") return value;
  throw new Refused("expected str");
};

/** Words for yes and no; whatever is no text is true or false as Python sees it: 7.5 is true, an empty list false. */
export const flag: Check = (value) => {
  if (typeof value !== "string") return isTrue(value);
  const word = value.toLowerCase();
  if (["1", "true", "yes", "on", "enable"].includes(word)) return true;
  if (["0", "false", "no", "off", "disable"].includes(word)) return false;
  throw new Refused("expected boolean");
};

/** Cuts fractions off, takes true for 1, and reads text: `" 1_0 "` is ten. */
export function integer(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" && /^[+-]?\d+(_\d+)*$/.test(value.trim())) return Number(value.replaceAll("_", ""));
  throw new Refused("expected int");
}

export function float(value: unknown): number {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  if (typeof value === "string") {
    const written = value.trim().toLowerCase();
    const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/.exec(written) ?? [];
    if (word !== undefined) return word === "nan" ? Number.NaN : sign === "-" ? -Infinity : Infinity;
    const number = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/;
    if (number.test(written)) return Number(written.replaceAll("_", ""));
  }
  throw new Refused("expected float");
}

/** @param limits null where there is none */
export function inRange(value: number, limits: Limits): number {
  if (limits.min !== null && !(value >= limits.min)) {
    throw new Refused(`value must be at least ${asFloat(limits.min)}`);
  }
  if (limits.max !== null && !(value <= limits.max)) throw new Refused(`value must be at most ${asFloat(limits.max)}`);
  return value;
}

export function ofLength(value: string, limits: Limits): string {
  const length = Array.from(value).length;
  if (limits.min !== null && length < limits.min) {
    throw new Refused(`length of value must be at least ${asFloat(limits.min)}`);
  }
  if (limits.max !== null && length > limits.max) {
    throw new Refused(`length of value must be at most ${asFloat(limits.max)}`);
  }
  return value;
}

/** Empty is no limit. */
export interface Limits {
  readonly min: number | null;
  readonly max: number | null;
}

/** A whole number of a range whose limits are whole, too. */
export function within(min: number, max: number): Check {
  return (value) => {
    const number = integer(value);
    if (number < min) throw new Refused(`value must be at least ${min}`);
    if (number > max) throw new Refused(`value must be at most ${max}`);
    return number;
  };
}

export const port = within(1, 65_535);

const IP_V6 = /^([^@]*@)?\[[\da-f:.]*:[\da-f:.]*\](:\d*)?$/i;

/** Any scheme with any host, as `urllib.parse` finds them: spaces before it and line ends anywhere do not count. */
export const url: Check = (value) => {
  // oxlint-disable-next-line no-control-regex -- what `urllib.parse` strips
  const written = typeof value === "string" ? value.replace(/^[\0- ]+/, "").replaceAll(/[\t\r\n]/g, "") : "";
  const [, host] = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]+)/.exec(written) ?? [];
  if (host !== undefined && (!/[[\]]/.test(host) || IP_V6.test(host))) return value;
  throw new Refused("expected a URL");
};

export const email: Check = (value) => {
  const at = typeof value === "string" ? value.lastIndexOf("@") : -1;
  if (typeof value === "string" && at > 0) {
    const user = /^[-!#$%&'*+/=?^_`{}|~0-9a-z]+(\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*$/i;
    const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}\.?$/i;
    if (user.test(value.slice(0, at)) && domain.test(value.slice(at + 1))) return value;
  }
  throw new Refused("expected an email address");
};

export function oneOf(value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  // Sorted as Python sorts, by code point.
  throw new Refused(`value must be one of ${pythonRepr([...allowed].sort((a, b) => (a < b ? -1 : Number(a > b))))}`);
}

/** What Python calls true. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value) || Number.isNaN(value);
}

/** As Python writes the limits of a range, which are floats. */
function asFloat(limit: number): string {
  return Number.isInteger(limit) ? `${limit}.0` : String(limit);
}
