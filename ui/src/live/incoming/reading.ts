/** What came from the gateway, before this page knows what it is. */
export type Raw = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list that can be told apart; none where it is no list. */
export function objectsIn(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.filter(isObject).filter(({ id }) => id !== undefined && id !== null) : [];
}

export function wordsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function textIn(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** What is not said is not known. */
export function withNulls(raw: Raw, names: readonly string[]): Record<string, unknown> {
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...raw };
}
