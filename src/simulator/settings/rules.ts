import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import { Problem } from "../../problem.ts";

/** What a value must be, and the words that say so. */
export interface Rule<T> {
  readonly allowed: string;
  readonly holds: (value: unknown) => value is T;
}

/** A rule for each member. */
export type Shape<T> = { readonly [K in keyof T]-?: Rule<T[K]> };

export const text: Rule<string> = {
  allowed: "a text",
  holds: (value) => typeof value === "string",
};

export const flag: Rule<boolean> = {
  allowed: "true or false",
  holds: (value) => typeof value === "boolean",
};

export const number: Rule<number> = {
  allowed: "a number",
  holds: (value): value is number => Number.isFinite(value),
};

/** A duration or a count. */
export const amount: Rule<number> = {
  allowed: "a number from 0",
  holds: (value): value is number => number.holds(value) && value >= 0,
};

export const object: Rule<JsonObject> = { allowed: "an object", holds: isObject };

export const anything: Rule<unknown> = { allowed: "anything", holds: (_value): _value is unknown => true };

export function oneOf<const T extends string | number>(...values: readonly T[]): Rule<T> {
  return {
    allowed: `one of ${values.join(", ")}`,
    holds: (value): value is T => values.some((one) => one === value),
  };
}

export function orNull<T>(rule: Rule<T>): Rule<T | null> {
  return {
    allowed: `${rule.allowed}, or null`,
    holds: (value): value is T | null => value === null || rule.holds(value),
  };
}

export function listOf<T>(rule: Rule<T>): Rule<readonly T[]> {
  return {
    allowed: `a list, each ${rule.allowed}`,
    holds: (value): value is readonly T[] => Array.isArray(value) && value.every((one) => rule.holds(one)),
  };
}

/** An object with the members of `shape`; those in `required` must be there, unknown ones must not. */
export function objectOf<T extends object>(shape: Shape<T>, required: readonly (keyof T & string)[] = []): Rule<T> {
  return {
    allowed: `an object of ${Object.keys(shape).join(", ")}`,
    holds: (value): value is T => isObject(value) && faultOf(shape, value, required) === null,
  };
}

/**
 * `input` as a T.
 * @throws Problem `bad_request` with the first `field` that is wrong, missing or unknown
 */
export function read<T extends object>(
  shape: Shape<T>,
  input: unknown,
  required: readonly (keyof T & string)[] = [],
): T {
  if (!isObject(input)) throw new Problem("bad_request", "Send a JSON object.");
  const fault = faultOf(shape, input, required);
  if (fault !== null) throw new Problem("bad_request", fault.message, { field: fault.field });
  return input as T;
}

function faultOf<T extends object>(
  shape: Shape<T>,
  input: JsonObject,
  required: readonly string[],
): { field: string; message: string } | null {
  const rules = new Map<string, Rule<unknown>>(Object.entries<Rule<unknown>>(shape));
  const missing = required.find((field) => input[field] === undefined);
  if (missing !== undefined) return { field: missing, message: `${missing} is missing.` };
  for (const [field, value] of Object.entries(input)) {
    const rule = rules.get(field);
    if (rule === undefined)
      return { field, message: `${field} is unknown here; known: ${[...rules.keys()].join(", ")}.` };
    if (!rule.holds(value)) return { field, message: `${field} must be ${rule.allowed}.` };
  }
  return null;
}
