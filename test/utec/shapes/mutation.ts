import * as fc from "fast-check";

const OPERATIONS = ["drop", "duplicate", "retype", "recase", "nest", "truncate", "huge", "remap"] as const;

/**
 * One thing that is wrong with an answer: what happens to which of its values, and how. None of them makes one word out
 * of another, so that what is still there means what it meant.
 */
export interface Mutation {
  readonly operation: (typeof OPERATIONS)[number];
  /** Which value: counted through the whole answer, and round again. */
  readonly place: number;
  readonly how: number;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    place: fc.nat({ max: 400 }),
    how: fc.nat({ max: 7 }),
  }),
  { maxLength: 6 },
);

/** A value where it stands: in an object under a name, or in a list under a number. */
interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
  readonly value: unknown;
}

const HUGE_TEXT = 50_000;
const HUGE_LIST = 1200;
/** Places are counted no further: a huge answer needs no more of them. */
const MOST_PLACES = 3000;

/** A copy of `json` to which all this has happened, one after the other. */
export function mutated(json: unknown, list: readonly Mutation[]): unknown {
  const root = { json: structuredClone(json) };
  // Once is enough: what is huge twice over is longer than any answer may be.
  const huge = list.find(({ operation }) => operation === "huge");
  for (const mutation of list.filter((one) => one === huge || one.operation !== "huge")) {
    const places = placesIn(root, []);
    const place = places[mutation.place % places.length];
    if (place) apply(mutation, place);
  }
  return root.json;
}

function placesIn(holder: object, places: Place[]): Place[] {
  for (const [key, value] of Object.entries(holder)) {
    if (places.length >= MOST_PLACES) break;
    places.push({ holder: holder as Place["holder"], key, value });
    if (typeof value === "object" && value !== null) placesIn(value, places);
  }
  return places;
}

function apply({ operation, how }: Mutation, { holder, key, value }: Place): void {
  switch (operation) {
    case "drop":
      remove(holder, key);
      break;
    case "duplicate":
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
      else put(holder, recased(key, how), structuredClone(value));
      break;
    case "retype":
      put(holder, key, retyped(value, how));
      break;
    case "recase":
      if (typeof value === "string" && how % 2 === 0) {
        put(holder, key, recased(value, how));
      } else if (!Array.isArray(holder)) {
        remove(holder, key);
        put(holder, recased(key, how), value);
      }
      break;
    case "nest":
      put(holder, key, [[value], { value }, { data: value }, [[value]], { [key]: value }][how % 5]);
      break;
    case "truncate":
      put(holder, key, truncated(value, how));
      break;
    case "huge":
      put(holder, key, enlarged(value, how));
      break;
    case "remap":
      put(holder, key, remapped(value));
      break;
  }
}

function put(holder: Place["holder"], key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[key] = value;
}

function remove(holder: Place["holder"], key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function retyped(value: unknown, how: number): unknown {
  const asText = typeof value === "object" ? "[object Object]" : JSON.stringify(value);
  return [null, true, -1, "", [], {}, asText, 1e308][how % 8];
}

function recased(text: string, how: number): string {
  switch (how % 4) {
    case 0:
      return text.toUpperCase();
    case 1:
      return text.toLowerCase();
    case 2:
      return text.charAt(0).toUpperCase() + text.slice(1);
    default:
      return ` ${text}\t`;
  }
}

/** From the end only: the end of "unlocked" is another word. */
function truncated(value: unknown, how: number): unknown {
  const part = how / 8;
  if (typeof value === "string") return value.slice(0, Math.floor(value.length * part));
  if (Array.isArray(value)) return value.slice(0, Math.floor(value.length * part));
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.slice(0, Math.floor(entries.length * part)));
}

function enlarged(value: unknown, how: number): unknown {
  if (typeof value === "string") return how % 2 === 0 ? value + " ".repeat(HUGE_TEXT) : value + "x".repeat(HUGE_TEXT);
  if (typeof value === "number") return value * 1e12;
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : Array.from({ length: HUGE_LIST }, (_, index) => value[index % value.length]);
  }
  if (typeof value !== "object" || value === null) return value;
  const more = Array.from({ length: HUGE_LIST }, (_, index) => [`more-${index}`, index]);
  return { ...Object.fromEntries(more), ...value };
}

/** A list as the mapping that the documents' own samples sometimes show in its place. */
function remapped(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const entries = value.map((entry: unknown, index): [string, unknown] => {
    const { id, capability, name, value: said } = Object(entry) as Record<string, unknown>;
    if (typeof capability === "string") return [capability, { [String(name)]: said }];
    return [typeof id === "string" ? id : String(index), entry];
  });
  return Object.fromEntries(entries);
}
