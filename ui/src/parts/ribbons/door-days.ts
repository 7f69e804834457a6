import type { DoorHistoryState, DoorSpan } from "../../../../src/history/history-models.ts";
import { partsOf } from "./days.ts";
import type { Day } from "./days.ts";

/** A part of a day: how the door was for most of it, and the least safe that it was. */
export interface DoorPart {
  readonly mostly: DoorHistoryState;
  readonly worst: DoorHistoryState;
}

export interface DoorDay {
  readonly day: Day;
  readonly parts: readonly DoorPart[];
  /** How long it was in each state, ms; those in which it was. */
  readonly spent: ReadonlyMap<DoorHistoryState, number>;
  /** What changed in it, in the order of the times. */
  readonly changes: readonly DoorSpan[];
}

/** The later, the less safe. */
const SAFETY: readonly DoorHistoryState[] = ["unknown", "locked", "unlocked", "jammed", "open"];

/** The spans of a door, day by day. */
export function doorDays(spans: readonly DoorSpan[], days: readonly Day[], now: number): readonly DoorDay[] {
  let first = 0;
  return days.map((day) => {
    // Those that end before the day are not looked at again.
    while (first + 1 < spans.length && (spans[first + 1]?.at ?? 0) <= day.from) first += 1;
    const within: DoorSpan[] = [];
    for (let at = first; at < spans.length; at += 1) {
      const span = spans[at];
      if (span === undefined || span.at >= day.to) break;
      within.push(span);
    }
    return {
      day,
      parts: partsOf(day, now).map((part) => partOf(within, part)),
      spent: spentIn(within, day.from, Math.min(day.to, now)),
      changes: within.filter(({ at, cause }) => cause !== null && at >= day.from),
    };
  });
}

function partOf(spans: readonly DoorSpan[], { from, to }: { readonly from: number; readonly to: number }): DoorPart {
  const spent = spentIn(spans, from, to);
  const states = [...spent.keys()];
  const most = (one: DoorHistoryState): number => spent.get(one) ?? 0;
  return {
    mostly: states.reduce<DoorHistoryState>((best, one) => (most(one) > most(best) ? one : best), "unknown"),
    worst: states.reduce<DoorHistoryState>(
      (worst, one) => (SAFETY.indexOf(one) > SAFETY.indexOf(worst) ? one : worst),
      "unknown",
    ),
  };
}

function spentIn(spans: readonly DoorSpan[], from: number, to: number): Map<DoorHistoryState, number> {
  const spent = new Map<DoorHistoryState, number>();
  for (const [index, { at, state }] of spans.entries()) {
    const time = Math.min(spans[index + 1]?.at ?? to, to) - Math.max(at, from);
    if (time > 0) spent.set(state, (spent.get(state) ?? 0) + time);
  }
  return spent;
}
