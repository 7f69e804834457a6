import type { CommandState, DeviceState, Snapshot } from "../../../../src/state/picture.ts";
import { deviceHref } from "../../live/place.ts";
import { deviceAdvice, isCurrent } from "../device-advice.ts";
import { hasLowBattery, lockWord } from "../device-values.ts";
import type { Headline } from "./headline-parts.ts";
import { moment } from "../time.ts";
import type { Tone } from "../tone.ts";

/** How many doors are named; the others are counted. */
const NAMED = 3;

/** For how long a command that failed is said above all that is well. */
const FAILURE_TOLD_MS = 10 * 60_000;

type Locks = readonly [DeviceState, ...DeviceState[]];

/** One thing that may be wrong with doors. */
interface Finding {
  readonly tone: Tone;
  readonly holds: (lock: DeviceState, picture: Snapshot, now: number) => boolean;
  readonly one: (lock: DeviceState, now: number) => string;
  /** What is said of several, after their number. */
  readonly many: string;
  /** What else is said where it holds of one door alone. */
  readonly detail?: (lock: DeviceState, picture: Snapshot, now: number) => string;
}

/** What keeps the doors from being well, worst first; null where each is known to be locked and shut. */
export function doorsHeadline(picture: Snapshot, now: number): Headline | null {
  const locks = picture.devices.filter(({ kind }) => kind === "lock");
  const found = FINDINGS.flatMap((finding): [Finding, Locks][] => {
    const [head, ...rest] = locks.filter((lock) => finding.holds(lock, picture, now));
    return head === undefined ? [] : [[finding, [head, ...rest]]];
  });
  const [worst, ...others] = found;
  if (worst === undefined) return null;
  const [finding, [first, ...more]] = worst;
  const detail = more.length === 0 ? (finding.detail?.(first, picture, now) ?? "") : names([first, ...more]);
  return {
    tone: finding.tone,
    title: sentence(worst, now),
    detail: [detail, ...others.map((other) => sentence(other, now))]
      .filter((part) => part !== "")
      .join(" · ")
      .replaceAll(". · ", " · "),
    help: { kind: "link", label: more.length === 0 ? "Show" : "Show the first", href: deviceHref(first.id) },
  };
}

function sentence([finding, locks]: [Finding, Locks], now: number): string {
  return locks.length === 1 ? finding.one(locks[0], now) : `${locks.length} doors ${finding.many}`;
}

function names(locks: readonly DeviceState[]): string {
  const named = locks.slice(0, NAMED).map(({ name }) => name);
  const left = locks.length - named.length;
  return new Intl.ListFormat("en-GB").format(left === 0 ? named : [...named, `${left} more`]);
}

const FINDINGS: readonly Finding[] = [
  {
    tone: "bad",
    holds: (lock) => isCurrent(lock) && lock.lock_state === "jammed",
    one: ({ name }) => `${name} is jammed`,
    many: "are jammed",
    detail: () => "Check the door before you try again.",
  },
  {
    tone: "bad",
    holds: (lock, picture, now) => failedCommand(lock, picture, now) !== null,
    one: ({ name }) => `${name} did not obey`,
    many: "did not obey",
    detail: (lock, picture, now) => failedCommand(lock, picture, now)?.error?.message ?? "",
  },
  {
    tone: "warn",
    holds: ({ available }) => !available,
    one: ({ name, trouble }) => `${name} ${trouble === "offline" ? "is offline" : "cannot be seen"}`,
    many: "cannot be seen",
    detail: (lock, _, now) => {
      const advice = deviceAdvice(lock, now);
      return advice === null ? "" : `${advice.title}. ${advice.advice}`;
    },
  },
  {
    tone: "warn",
    holds: (lock) => lock.available && !isCurrent(lock),
    one: ({ name, confirmed_at: at }, now) =>
      at === null ? `${name} has not been seen lately` : `${name} was last seen at ${moment(at, now)}`,
    many: "have not been seen lately",
    detail: ({ lock_state }) => `It was ${lockWord(lock_state).toLowerCase()} then; there is no newer report.`,
  },
  {
    tone: "warn",
    holds: (lock) => isCurrent(lock) && lock.lock_mode === "passage",
    one: ({ name }) => `${name} is in passage mode`,
    many: "are in passage mode",
    detail: () => "It stays open for everybody.",
  },
  {
    tone: "warn",
    holds: (lock) => isCurrent(lock) && lock.lock_mode !== "passage" && lock.lock_state === "unlocked",
    one: ({ name }) => `${name} is unlocked`,
    many: "are unlocked",
  },
  {
    tone: "warn",
    holds: (lock) => isCurrent(lock) && lock.door_state === "open",
    one: ({ name }) => `${name} is open`,
    many: "are open",
  },
  {
    tone: "busy",
    holds: (lock) => isCurrent(lock) && lock.transition !== null && lock.lock_state === "locked",
    one: ({ name }) => `${name} is moving`,
    many: "are moving",
  },
  {
    tone: "idle",
    holds: (lock) => isCurrent(lock) && lock.lock_mode !== "passage" && (lock.lock_state ?? "unknown") === "unknown",
    one: ({ name }) => `${name} is not known yet`,
    many: "are not known yet",
  },
  {
    tone: "warn",
    holds: hasLowBattery,
    one: ({ name }) => `${name} has a low battery`,
    many: "have low batteries",
  },
];

/** The last that the bolt was asked for, where that failed lately and has not come about since. */
function failedCommand({ id, lock_state }: DeviceState, { commands }: Snapshot, now: number): CommandState | null {
  const last = commands.findLast(({ device_id, name }) => device_id === id && (name === "lock" || name === "unlock"));
  if (last === undefined || last.ended_at === null || now - last.ended_at > FAILURE_TOLD_MS) return null;
  if (last.outcome === "confirmed" || last.outcome === "superseded") return null;
  return lock_state === `${last.name}ed` ? null : last;
}
