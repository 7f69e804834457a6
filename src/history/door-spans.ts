import type { DoorChange } from "../activity/entry.ts";
import type { DeviceState } from "../state/picture.ts";
import type { DoorHistoryState, DoorSpan, TimeSpan } from "./history-models.ts";

/** What a door is now: so it was all the time where the log tells of no change. */
export type PresentDoor = Pick<DeviceState, "lock_state" | "door_state" | "available">;

interface Door {
  bolt: unknown;
  door: unknown;
  reachable: boolean;
}

export interface DoorPast {
  /** All that the log has of the door, oldest first, also from before the window. */
  readonly changes: readonly DoorChange[];
  readonly present: PresentDoor;
  readonly window: TimeSpan;
  /** When the gateway could see anything, in order; outside of it nothing is known. */
  readonly seen: readonly TimeSpan[];
}

/** How a door was in each moment of the window. */
export function doorSpans({ changes, present, window, seen }: DoorPast): DoorSpan[] {
  const all = statesOf(changes, present);
  const spans: DoorSpan[] = [];
  const add = (span: DoorSpan): void => {
    const last = spans.at(-1);
    // Of two at once the later one counts.
    if (last?.at === span.at) spans.pop();
    if (spans.at(-1)?.state !== span.state) spans.push(span);
  };
  const from = (at: number, state: DoorHistoryState): DoorSpan => ({ at, state, cause: null, by: null });
  let known = window.from;
  let next = 0;
  for (const span of seen) {
    if (span.from > known) add(from(known, "unknown"));
    while (next < all.length && (all[next]?.at ?? 0) <= span.from) next += 1;
    add(from(span.from, all[next - 1]?.state ?? "unknown"));
    for (let one = all[next]; one !== undefined && one.at < span.to; one = all[next]) {
      add(one);
      next += 1;
    }
    known = span.to;
  }
  if (known < window.to) add(from(known, "unknown"));
  return spans;
}

/** The states in order; the first one from ever. */
function statesOf(changes: readonly DoorChange[], present: PresentDoor): DoorSpan[] {
  const door = before(changes, present);
  const states: DoorSpan[] = [{ at: -Infinity, state: stateOf(door), cause: null, by: null }];
  // A clock that was set back does not turn the order round.
  let at = -Infinity;
  for (const change of changes) {
    at = Math.max(at, change.at);
    take(door, change);
    const state = stateOf(door);
    if (state !== states.at(-1)?.state) states.push({ at, state, cause: change.cause, by: change.by });
  }
  return states;
}

const REACH: ReadonlySet<DoorChange["kind"]> = new Set([
  "device_added",
  "device_available",
  "device_unavailable",
  "device_removed",
]);

/** How the door was before the first change. */
function before(changes: readonly DoorChange[], { lock_state, door_state, available }: PresentDoor): Door {
  const first = (value: DoorChange["value"]): DoorChange | undefined => changes.find((one) => one.value === value);
  const bolt = first("lock_state");
  const door = first("door_state");
  const reach = changes.find(({ kind }) => REACH.has(kind));
  const reachable =
    reach === undefined ? available : reach.kind === "device_unavailable" || reach.kind === "device_removed";
  return { bolt: bolt ? bolt.from : lock_state, door: door ? door.from : door_state, reachable };
}

function take(door: Door, { kind, value, to }: DoorChange): void {
  switch (kind) {
    case "state_changed":
      if (value === "lock_state") door.bolt = to;
      if (value === "door_state") door.door = to;
      break;
    case "device_added":
    case "device_available":
      door.reachable = true;
      break;
    case "device_unavailable":
    case "device_removed":
      door.reachable = false;
      break;
    // What the list of devices lacks goes on being asked for.
    case "device_missing":
    case "device_found":
    case "command_ended":
      break;
  }
}

function stateOf({ bolt, door, reachable }: Door): DoorHistoryState {
  if (!reachable) return "unknown";
  if (door === "open") return "open";
  return bolt === "locked" || bolt === "unlocked" || bolt === "jammed" ? bolt : "unknown";
}
