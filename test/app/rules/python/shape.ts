import { isObject } from "../../../../src/json.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { Refused } from "./checks.ts";
import type { Check } from "./checks.ts";
import { pythonPattern } from "./pattern.ts";
import { pythonRepr, pythonText } from "./text.ts";

/** One key of an object: how it is checked, and what stands in for it. */
export interface Key {
  readonly check: Check;
  /** Undefined: the key may be missing, and stays so. */
  readonly otherwise?: unknown;
  readonly isRequired?: boolean;
}

/** What becomes of keys that an object has and its shape has not: they are dropped without a word, or refused. */
export type Extra = "dropped" | "refused";

/** An object of known keys. */
export function shape(keys: Readonly<Record<string, Key>>, extra: Extra): Check {
  return (value) => {
    if (!isObject(value)) throw new Refused("expected a dictionary");
    const made: [string, unknown][] = [];
    for (const [key, { check, otherwise, isRequired = false }] of Object.entries(keys)) {
      if (Object.hasOwn(value, key)) made.push([key, at(key, () => check(value[key]))]);
      else if (isRequired) throw new Refused(`required key not provided @ [${pythonRepr(key)}]`);
      else if (otherwise !== undefined) made.push([key, otherwise]);
    }
    const [unknown] = unknownKeys(keys, value);
    if (extra === "refused" && unknown !== undefined) {
      throw new Refused(`extra keys not allowed @ [${pythonRepr(unknown)}]`);
    }
    return Object.fromEntries(made);
  };
}

export function unknownKeys(keys: Readonly<Record<string, unknown>>, value: JsonObject): string[] {
  return Object.keys(value).filter((key) => !Object.hasOwn(keys, key));
}

/** An object of any keys that pass a check; the others are refused. */
export function record(key: Check, member: Check): Check {
  return (value) => {
    if (!isObject(value)) throw new Refused("expected a dictionary");
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [at(name, () => key(name)), at(name, () => member(one))]),
    );
  };
}

export function list(member: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) throw new Refused("expected a list");
    return value.map((one: unknown, index) => at(index, () => member(one)));
  };
}

/** The first check that passes; what the first one says where none does. */
export function any(...checks: readonly Check[]): Check {
  return (value) => {
    let first: Refused | undefined;
    for (const check of checks) {
      try {
        return check(value);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        first ??= error;
      }
    }
    throw first ?? new Refused("no valid value found");
  };
}

export function matches(pattern: string): Check {
  const expression = pythonPattern(pattern);
  return (value) => {
    if (typeof value !== "string") throw new Refused("expected string or buffer");
    if (expression.test(value)) return value;
    throw new Refused(`does not match regular expression ${pattern}`);
  };
}

/** Exactly one of these. */
export function among(...allowed: readonly unknown[]): Check {
  return (value) => {
    if (allowed.includes(value)) return value;
    throw new Refused(`value must be one of ${pythonRepr(allowed)}`);
  };
}

export const object: Check = (value) => {
  if (isObject(value)) return value;
  throw new Refused("expected dict");
};

/** Anything is a version, `0.10` without quotes is 0.1, and nothing is none. */
export const version: Check = (value) => (value === null ? null : pythonText(value).trim().replace(/\.$/, ""));

function at<T>(key: string | number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const [, message = error.message, path = ""] = /^(.*?)(?: @ (\[.*))?$/s.exec(error.message) ?? [];
    throw new Refused(`${message} @ [${pythonRepr(key)}]${path}`);
  }
}
