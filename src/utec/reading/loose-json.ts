import { isObject } from "../../json.ts";

/**
 * Lookups in JSON whose shape cannot be trusted: the cloud's own documentation and clients in use have the same members
 * in different casings, numbers as strings, and mappings in place of lists.
 */

/** The member `name` of an object, whatever its casing; undefined where there is none, or no object. */
export function member(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const folded = name.toLowerCase();
  const key = Object.keys(value).find((key) => key.toLowerCase() === folded);
  return key === undefined ? undefined : value[key];
}

/** A string or number as trimmed text; null for anything else, and for nothing but spaces. */
export function looseText(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A finite number, or one written as a string; null for anything else. */
export function looseNumber(value: unknown): number | null {
  if (typeof value === "string" && value.trim() === "") return null;
  const read = typeof value === "string" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}
