/** A JSON object from outside: its members are unchecked. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON value, or undefined where `text` is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A string with something in it, or null. */
export function nonEmptyString(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * Are two JSON values the same, in any order of their members?
 * @param except members of the outermost object that may differ
 */
export function isSameJson(one: unknown, other: unknown, except?: ReadonlySet<string>): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSameJson(item, other[at]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  // Without a list of the names: the picture compares whatever is written into it, and most of that has not changed.
  let more = 0;
  for (const name in one) {
    if (!Object.hasOwn(other, name)) return false;
    if (except?.has(name) !== true && !isSameJson(one[name], other[name])) return false;
    more += 1;
  }
  for (const name in other) if (Object.hasOwn(other, name)) more -= 1;
  return more === 0;
}
