import { ACTIVITY_KINDS } from "../../../../src/activity/entry.ts";
import type { ActivityEntry } from "../../../../src/activity/entry.ts";
import type { EventPage } from "../../../../src/activity/event-log.ts";
import { EVENT_KINDS } from "../../../../src/activity/event.ts";
import type { ActivityEvent } from "../../../../src/activity/event.ts";
import { COMMAND_NAMES, COMMAND_OUTCOMES, DEVICE_VALUES } from "../../../../src/state/picture.ts";
import type { CommandState } from "../../../../src/state/picture.ts";
import { isObject, objectsIn, textIn, withNulls } from "./reading.ts";
import type { Raw } from "./reading.ts";

/** Entries as this page knows them: of what it does not know it says no more than that something changed. */
export function entriesIn(raw: unknown): readonly ActivityEntry[] {
  return objectsIn(raw).map(entryIn);
}

/** A page of events as this page knows them: those of another kind are left out. */
export function eventsIn(raw: unknown): EventPage {
  const { events, next = null } = isObject(raw) ? raw : {};
  return {
    events: objectsIn(events)
      .filter(({ kind }) => EVENT_KINDS.some((known) => known === kind))
      .map(eventIn),
    next: typeof next === "string" ? next : null,
  };
}

/** What an event is of which no more is said. */
const ONCE = { times: 1, lasted_ms: 0 };

function eventIn(raw: Raw): ActivityEvent {
  return {
    ...(withNulls({ ...ONCE, ...raw }, ["ongoing_since_at", "account"]) as unknown as ActivityEvent),
    entries: entriesIn(raw["entries"]),
    token_events: Array.isArray(raw["token_events"])
      ? (raw["token_events"].filter(isObject) as unknown as ActivityEvent["token_events"])
      : [],
  };
}

function entryIn(raw: Raw): ActivityEntry {
  const isKnown = ACTIVITY_KINDS.some((kind) => kind === raw["kind"]);
  const value = DEVICE_VALUES.find((known) => known === raw["value"]) ?? null;
  return {
    ...(withNulls(raw, ["from", "to", "cause"]) as unknown as ActivityEntry),
    device_name: textIn(raw["device_name"], textIn(raw["device_id"], "")),
    kind: isKnown ? (raw["kind"] as ActivityEntry["kind"]) : "state_changed",
    value: isKnown ? value : null,
    command: isObject(raw["command"]) ? commandIn(raw["command"]) : null,
  };
}

export function commandsIn(raw: unknown): readonly CommandState[] {
  return objectsIn(raw).flatMap((command) => commandIn(command) ?? []);
}

/** Null for a command or an outcome that this page does not know. */
function commandIn(raw: Raw): CommandState | null {
  const { name, outcome = null, origin, args } = raw;
  if (!COMMAND_NAMES.some((known) => known === name)) return null;
  if (outcome !== null && !COMMAND_OUTCOMES.some((known) => known === outcome)) return null;
  return {
    ...(withNulls(raw, ["sent_at", "accepted_at", "ended_at", "took_ms", "error"]) as unknown as CommandState),
    outcome: outcome as CommandState["outcome"],
    args: isObject(args) ? args : {},
    origin: {
      kind: "api",
      automation: false,
      ...withNulls(isObject(origin) ? origin : {}, ["name"]),
    } as CommandState["origin"],
  };
}
