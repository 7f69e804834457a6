import * as fc from "fast-check";
import { isObject } from "../../../src/json.ts";
import { DEVICE_KINDS } from "../../../src/state/picture.ts";
import type { DeviceState } from "../../../src/state/picture.ts";
import { CloudProblem } from "../../../src/utec/cloud/cloud-problem.ts";
import { FRONT, GATE, RECORDS, STATES } from "./house.ts";
import { mutated, mutations } from "./mutation.ts";
import type { Mutation } from "./mutation.ts";
import { Reading, answer } from "./reading.ts";

/** Answers with something wrong in them, after honest ones or as the first that are ever read. */
export interface Trial {
  /** An honest device list and poll come first; in that poll the two doors are the other way round. */
  readonly known: boolean;
  /** Otherwise the cloud says Offline of each device, and beside it what it remembers. */
  readonly online: boolean;
  readonly list: readonly Mutation[];
  readonly query: readonly Mutation[];
  /** How much of the query's answer arrives. */
  readonly arrives: number;
}

export const trials: fc.Arbitrary<Trial> = fc.record({
  known: fc.boolean(),
  online: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  list: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: mutations }),
  query: mutations,
  arrives: fc.oneof(
    { weight: 9, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
});

export interface TrialCounts {
  /** Answers that were no answers. */
  refused: number;
  /** Locks that the answer confirmed. */
  confirmed: number;
  /** Locks of which it said nothing that is understood. */
  silent: number;
}

const BOLTS = new Set(["locked", "unlocked", "jammed"]);
const MOST_DEVICES = 1000;
const LONGEST_MODEL = 20_000;
const LONGEST_NAME = 100;

/** Plays a trial and judges the picture after it. @throws Error that says what the picture got wrong */
export function tryOut(trial: Trial): TrialCounts {
  const counts: TrialCounts = { refused: 0, confirmed: 0, silent: 0 };
  const reading = new Reading();
  const take = (deed: () => void): void => {
    try {
      deed();
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      counts.refused += 1;
    }
  };
  try {
    if (trial.known) {
      reading.list(answer(RECORDS));
      reading.query(answer(inOtherWords(STATES, { Locked: "Unlocked", Unlocked: "Locked" })));
    }
    const before = new Map(reading.picture.devices().map((device) => [device.id, device]));
    take(() => reading.list(answer(mutated(RECORDS, trial.list))));
    const said = mutated(inOtherWords(STATES, trial.online ? {} : { Online: "Offline" }), trial.query);
    const body = answer(said);
    const arrived = body.slice(0, Math.ceil(body.length * trial.arrives));
    take(() => reading.query(arrived));
    const heard = arrived === body ? said : null;
    const devices = reading.picture.devices();
    must(devices.length <= MOST_DEVICES, () => "there are too many devices");
    for (const device of devices) {
      judge(device, before.get(device.id), heard, reading.clock.now());
      if (device.kind === "lock") counts[device.confirmed_at === reading.clock.now() ? "confirmed" : "silent"] += 1;
    }
    return counts;
  } finally {
    reading.stop();
  }
}

function judge(device: DeviceState, before: DeviceState | undefined, heard: unknown, now: number): void {
  const { id, lock_state, confirmed_at } = device;
  const what = (): string =>
    `${id} is ${lock_state}, confirmed at ${confirmed_at}, after ${JSON.stringify(heard)?.slice(0, 2000)}`;
  if (lock_state !== null && BOLTS.has(lock_state)) {
    const isOld = before?.lock_state === lock_state && before.confirmed_at === confirmed_at;
    must(isOld || holds(heard, id, lock_state), () => `nobody said it: ${what()}`);
  }
  if (confirmed_at === now && device.kind === "lock") {
    must(holds(heard, id, lock_state ?? ""), () => `it was not said now: ${what()}`);
    must(id !== FRONT || lock_state === "locked", () => `the front door was said to be locked: ${what()}`);
    must(id !== GATE || lock_state === "unlocked", () => `the gate was said to be unlocked: ${what()}`);
  }
  const wasConfirmed = before !== undefined && before.confirmed_at !== null;
  if (wasConfirmed && confirmed_at !== now) {
    must(lock_state === before.lock_state, () => `it has changed under an old date: ${what()}`);
  }
  must(isWhole(device), () => `it is no device: ${JSON.stringify(device).slice(0, 4000)}`);
}

/** Everything that faces rely on. */
function isWhole(device: DeviceState): boolean {
  const { battery_level, battery_percent, level, level_range, color, color_temperature, color_temperature_range } =
    device;
  const isWithin = (value: number | null, least: number, most: number): boolean =>
    value === null || (Number.isInteger(value) && value >= least && value <= most);
  const isRange = (range: DeviceState["level_range"]): boolean =>
    range === null || (range.min < range.max && range.step > 0 && range.step <= range.max - range.min);
  return (
    DEVICE_KINDS.includes(device.kind) &&
    device.name !== "" &&
    device.name.length <= LONGEST_NAME &&
    device.name.isWellFormed() &&
    JSON.stringify(device).length <= LONGEST_MODEL &&
    (device.kind !== "lock" || device.lock_state !== null) &&
    isWithin(battery_level, 1, 5) &&
    isWithin(battery_percent, 0, 100) &&
    isWithin(level, 0, 100) &&
    (color === null || [color.r, color.g, color.b].every((part) => isWithin(part, 0, 255))) &&
    isWithin(color_temperature, 1000, 20_000) &&
    isRange(level_range) &&
    isRange(color_temperature_range)
  );
}

/** Does the answer, somewhere where it speaks of the device, hold the word beside the capability? Knows no shape. */
function holds(heard: unknown, id: string, word: string): boolean {
  return about(heard, id).some((part) => {
    const words = wordsIn(part, new Set());
    return words.has("st.lock") && words.has(word);
  });
}

function about(node: unknown, id: string): unknown[] {
  if (Array.isArray(node)) return node.flatMap((entry) => about(entry, id));
  if (!isObject(node)) return [];
  const isIts = Object.entries(node).some(([key, value]) => fold(key) === "id" && String(value).trim() === id);
  const within = Object.entries(node).flatMap(([key, value]) => (key === id ? [value] : about(value, id)));
  return isIts ? [node, ...within] : within;
}

function wordsIn(node: unknown, words: Set<string>): Set<string> {
  if (typeof node === "string") words.add(fold(node));
  else if (Array.isArray(node)) for (const entry of node) wordsIn(entry, words);
  else if (isObject(node)) {
    for (const [key, value] of Object.entries(node)) {
      words.add(fold(key));
      wordsIn(value, words);
    }
  }
  return words;
}

const fold = (text: string): string => text.trim().toLowerCase();

/** The same answer with other words for some. */
function inOtherWords(states: object, words: Readonly<Record<string, string>>): unknown {
  return JSON.parse(JSON.stringify(states), (_, value: unknown) =>
    typeof value === "string" ? (words[value] ?? value) : value,
  );
}

function must(isTrue: boolean, complaint: () => string): void {
  if (!isTrue) throw new Error(complaint());
}
