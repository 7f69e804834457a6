import { Problem } from "../problem.ts";
import { LONGEST_GIVEN_NAME, nameMistake, tidyName } from "./given-name.ts";
import type { NameMistake } from "./given-name.ts";

/** What a person has decided about a device. */
export interface Arranged {
  /** Null: the cloud's. */
  readonly name: string | null;
  /** Among the pinned devices, from 1; null: not pinned. */
  readonly place: number | null;
}

/** What is to be another; absent: as it is. */
export type ArrangementWish = Partial<Arranged>;

/** What is kept of all devices. */
export interface StoredArrangement {
  /** By device id; the latest is the last. */
  readonly names: Readonly<Record<string, string>>;
  /** The ids of the pinned devices, in their order. */
  readonly pinned: readonly string[];
}

/** Where it is kept. */
export interface ArrangementStore {
  read(): StoredArrangement;
  /** @throws Problem `store_failed`: then nothing has changed */
  write(arrangement: StoredArrangement): void;
}

/** The last place that a device can be pinned to. */
export const LAST_PLACE = 500;
/** More names than devices that anybody has: those that were given first are forgotten first. */
const MOST_NAMES = 2000;

const MISTAKES: Readonly<Record<NameMistake, string>> = {
  empty: "must have something to read in it; null is the cloud's name again",
  too_long: `must be at most ${LONGEST_GIVEN_NAME} characters long`,
  invisible: "must be one line, without control characters and invisible ones",
};

/**
 * The names and the order that people give to devices. Kept by the device's id, whether the cloud lists it at the moment or
 * not, so that who comes back finds their own.
 */
export class Arrangement {
  readonly #store: ArrangementStore;
  readonly #names: Map<string, string>;
  #pinned: readonly string[];
  #places: ReadonlyMap<string, number>;

  constructor(store: ArrangementStore) {
    this.#store = store;
    const { names, pinned } = store.read();
    this.#names = new Map(Object.entries(names));
    this.#pinned = pinned;
    this.#places = placesOf(pinned);
  }

  of(device_id: string): Arranged {
    return { name: this.#names.get(device_id) ?? null, place: this.#places.get(device_id) ?? null };
  }

  /** @throws Problem `bad_request` with the field, `store_failed`: then nothing has changed */
  change(device_id: string, { name, place }: ArrangementWish): void {
    const names = new Map(this.#names);
    if (name !== undefined) names.delete(device_id);
    if (typeof name === "string") names.set(device_id, checkedName(name));
    const pinned = place === undefined ? this.#pinned : placed(this.#pinned, device_id, place);
    this.#store.write({ names: Object.fromEntries([...names].slice(-MOST_NAMES)), pinned });
    this.#names.clear();
    for (const [id, given] of [...names].slice(-MOST_NAMES)) this.#names.set(id, given);
    this.#pinned = pinned;
    this.#places = placesOf(pinned);
  }
}

/** Of a gateway that has nowhere to keep it. */
export class MemoryArrangement implements ArrangementStore {
  #kept: StoredArrangement = { names: {}, pinned: [] };

  read(): StoredArrangement {
    return this.#kept;
  }

  write(arrangement: StoredArrangement): void {
    this.#kept = arrangement;
  }
}

function checkedName(text: string): string {
  const name = tidyName(text);
  const mistake = nameMistake(name);
  if (mistake === null) return name;
  throw new Problem("bad_request", `"name" ${MISTAKES[mistake]}.`, { field: "name" });
}

/** The others keep their order, and make room. */
function placed(pinned: readonly string[], device_id: string, place: number | null): readonly string[] {
  const others = pinned.filter((id) => id !== device_id);
  if (place === null) return others;
  if (others.length >= LAST_PLACE)
    throw new Problem("bad_request", `"place" is taken: at most ${LAST_PLACE} devices are pinned.`, { field: "place" });
  return [...others.slice(0, place - 1), device_id, ...others.slice(place - 1)];
}

function placesOf(pinned: readonly string[]): ReadonlyMap<string, number> {
  return new Map(pinned.map((id, index) => [id, index + 1]));
}
