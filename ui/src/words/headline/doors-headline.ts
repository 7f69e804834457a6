import type { CommandState, DeviceState, Snapshot } from "../../../../src/state/picture.ts";
import { deviceHref } from "../../live/place.ts";
import { deviceAdvice, isCurrent } from "../device-advice.ts";
import { hasLowBattery } from "../device-values.ts";
import { currentLocale, say } from "../language/words.ts";
import type { Values } from "../language/words.ts";
import { told } from "../said.ts";
import { moment } from "../time.ts";
import type { Tone } from "../tone.ts";
import type { Headline, HeadlineLink } from "./headline-parts.ts";

/** How many doors are named; the others are counted. */
const NAMED = 3;

/** For how long a command that failed is said above all that is well. */
const FAILURE_TOLD_MS = 10 * 60_000;

type Locks = readonly [DeviceState, ...DeviceState[]];

/** What is said of how many doors. */
type Sentence =
  | "jammed"
  | "disobeyed"
  | "unseen"
  | "unlisted"
  | "not_seen_lately"
  | "in_passage_mode"
  | "open_though_locked"
  | "low_battery"
  | "moving"
  | "unlocked"
  | "open"
  | "unknown";

/** One thing to be known of doors. */
interface Finding {
  readonly tone: Tone;
  readonly sentence: Sentence;
  readonly holds: (lock: DeviceState, picture: Snapshot, now: number) => boolean;
  /** What the sentence is completed with where it holds of one door alone. */
  readonly values?: (lock: DeviceState, now: number) => Values;
  /** What else is said where it holds of one door alone. */
  readonly detail?: (lock: DeviceState, picture: Snapshot, now: number) => string;
}

/** What is to be known of the doors, worst first; null where each is known to be locked and shut. */
export function doorsHeadline(picture: Snapshot, now: number): Headline | null {
  const [worst, ...others] = found(picture, now);
  if (worst === undefined) return null;
  const [finding, locks] = worst;
  const [first, ...more] = locks;
  return {
    tone: finding.tone,
    title: sentence(worst, now),
    detail: more.length === 0 ? (finding.detail?.(first, picture, now) ?? "") : names(locks),
    also: others.map((other) => linkTo(other, now)),
    help: {
      kind: "link",
      label: more.length === 0 ? say("page.show") : say("page.show_first"),
      href: deviceHref(first.id),
    },
  };
}

/** The same for where something else is said above it. */
export function doorsBelow(picture: Snapshot, now: number): readonly HeadlineLink[] {
  return found(picture, now).map((one) => linkTo(one, now));
}

function found(picture: Snapshot, now: number): readonly (readonly [Finding, Locks])[] {
  const locks = picture.devices.filter(({ kind }) => kind === "lock");
  return FINDINGS.flatMap((finding): (readonly [Finding, Locks])[] => {
    const [head, ...rest] = locks.filter((lock) => finding.holds(lock, picture, now));
    return head === undefined ? [] : [[finding, [head, ...rest]]];
  });
}

function linkTo(one: readonly [Finding, Locks], now: number): HeadlineLink {
  return { text: sentence(one, now), href: deviceHref(one[1][0].id) };
}

function sentence([finding, locks]: readonly [Finding, Locks], now: number): string {
  const [first] = locks;
  const values = finding.values?.(first, now) ?? {};
  return say(`page.doors_${finding.sentence}`, { ...values, count: locks.length, name: first.name });
}

function names(locks: readonly DeviceState[]): string {
  const named = locks.slice(0, NAMED).map(({ name }) => name);
  const left = locks.length - named.length;
  const all = left === 0 ? named : [...named, say("page.more", { count: left })];
  return new Intl.ListFormat(currentLocale()).format(all);
}

const FINDINGS: readonly Finding[] = [
  {
    tone: "bad",
    sentence: "jammed",
    holds: (lock) => isCurrent(lock) && lock.lock_state === "jammed",
    detail: () => say("page.door_jammed_detail"),
  },
  {
    tone: "bad",
    sentence: "disobeyed",
    holds: (lock, picture, now) => failedCommand(lock, picture, now) !== null,
    detail: (lock, picture, now) => {
      const error = failedCommand(lock, picture, now)?.error ?? null;
      return error === null ? "" : told(error);
    },
  },
  {
    tone: "warn",
    sentence: "unseen",
    holds: ({ available }) => !available,
    values: ({ trouble }) => ({ why: trouble === "offline" ? "offline" : "other" }),
    detail: adviceOn,
  },
  {
    // However fresh its state is: nothing is heard of it any more.
    tone: "warn",
    sentence: "unlisted",
    holds: ({ available, trouble }) => available && trouble === "missing",
    detail: adviceOn,
  },
  {
    tone: "warn",
    sentence: "not_seen_lately",
    holds: (lock) => lock.available && lock.trouble !== "missing" && !isCurrent(lock),
    values: ({ confirmed_at: at }, now) => ({
      seen: at === null ? "never" : "other",
      moment: at === null ? "" : moment(at, now),
    }),
    detail: ({ lock_state: state }) => say("page.door_not_seen_lately_detail", { state: state ?? "unknown" }),
  },
  {
    tone: "warn",
    sentence: "in_passage_mode",
    holds: (lock) => isCurrent(lock) && lock.lock_mode === "passage",
    detail: () => say("page.door_in_passage_mode_detail"),
  },
  {
    // The bolt is out, and holds nothing.
    tone: "warn",
    sentence: "open_though_locked",
    holds: (lock) => isOpen(lock) && lock.lock_state === "locked",
  },
  {
    tone: "warn",
    sentence: "low_battery",
    holds: hasLowBattery,
  },
  {
    tone: "busy",
    sentence: "moving",
    holds: (lock) => isCurrent(lock) && lock.transition !== null && lock.lock_state === "locked",
  },
  {
    // People come and go: worth knowing, and no fault.
    tone: "idle",
    sentence: "unlocked",
    holds: (lock) => isCurrent(lock) && lock.lock_mode !== "passage" && lock.lock_state === "unlocked",
  },
  {
    tone: "idle",
    sentence: "open",
    holds: (lock) => isOpen(lock) && lock.lock_state !== "locked",
  },
  {
    tone: "idle",
    sentence: "unknown",
    holds: (lock) => isCurrent(lock) && lock.lock_mode !== "passage" && !KNOWN.has(lock.lock_state),
  },
];

/** The states of a bolt that say where it is; what a newer gateway calls otherwise is not known here. */
const KNOWN: ReadonlySet<string | null> = new Set(["locked", "unlocked", "jammed"]);

function isOpen(lock: DeviceState): boolean {
  return isCurrent(lock) && lock.door_state === "open";
}

function adviceOn(lock: DeviceState, _: Snapshot, now: number): string {
  const advice = deviceAdvice(lock, now);
  return advice === null ? "" : `${advice.title}. ${advice.advice}`;
}

/** The last that the bolt was asked for, where that failed lately and has not come about since. */
function failedCommand({ id, lock_state }: DeviceState, { commands }: Snapshot, now: number): CommandState | null {
  const last = commands.findLast(({ device_id, name }) => device_id === id && (name === "lock" || name === "unlock"));
  if (last === undefined || last.ended_at === null || now - last.ended_at > FAILURE_TOLD_MS) return null;
  if (last.outcome === "confirmed" || last.outcome === "superseded") return null;
  return lock_state === `${last.name}ed` ? null : last;
}
