import { ACTIVITY_CAUSES, ACTIVITY_KINDS } from "../../activity/entry.ts";
import type { ActivityCommand, ActivityEntry, ActivityPage } from "../../activity/entry.ts";
import { DEVICE_VALUES } from "../../state/picture.ts";
import type { Color } from "../../state/picture.ts";
import { EVENT_KINDS } from "../../activity/event.ts";
import type { ActivityEvent } from "../../activity/event.ts";
import { SHOWN } from "../../activity/event-filter.ts";
import { MOST_EVENTS, USUAL_EVENTS } from "../../activity/event-log.ts";
import type { EventPage } from "../../activity/event-log.ts";
import { EXPORT_FORMATS } from "../activity/export.ts";
import { problem, query, read } from "./operation.ts";
import type { Path } from "./operation.ts";
import { count, described, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";
import type { Schema } from "./schema.ts";

const number: Schema = { type: "number" };
const value: Schema = {
  anyOf: [text, number, flag, object<Color>({ r: number, g: number, b: number }), { type: "null" }],
};

const ofCommand = (property: keyof ActivityCommand): Schema => ({
  $ref: `#/components/schemas/Command/properties/${property}`,
});

const entry = object<ActivityEntry>({
  id: described({ type: "integer", minimum: 1 }, "Grows with time, and is never given twice."),
  event: described({ type: "integer", minimum: 1 }, "The event that it belongs to: the id of its first entry."),
  at: time,
  kind: oneOf(ACTIVITY_KINDS),
  device_id: text,
  device_name: described(text, "The device's name at that time; empty where none is known."),
  account_id: described(nullable(text), "The account that served the device; null where that is not known."),
  value: described(nullable(oneOf(DEVICE_VALUES)), "What changed, of `state_changed`."),
  from: value,
  to: described(value, "Of `device_unavailable` the trouble that keeps the device away."),
  cause: nullable(oneOf(ACTIVITY_CAUSES)),
  command: described(
    nullable(
      object<ActivityCommand>({
        id: ofCommand("id"),
        name: ofCommand("name"),
        args: ofCommand("args"),
        origin: ofCommand("origin"),
        outcome: ofCommand("outcome"),
        took_ms: ofCommand("took_ms"),
        error: ofCommand("error"),
      }),
    ),
    "The command behind it, as it stood then.",
  ),
});

const event = object<ActivityEvent>({
  id: described(text, "Stays the same while the event grows."),
  kind: oneOf(EVENT_KINDS),
  at: described(time, "When it began, and where it stands in the log; epoch milliseconds."),
  last_at: described(time, "When the last thing happened in it; epoch milliseconds."),
  times: described(
    { type: "integer", minimum: 1 },
    "How often: a device has gone away, the same was asked in vain, a token could not be refreshed.",
  ),
  lasted_ms: described(count, "How long an outage or failures of a token lasted, without what still goes on."),
  ongoing_since_at: described(nullable(time), "Since when it goes on; null where it is over."),
  account: described(nullable(object<{ id: string; name: string }>({ id: text, name: text })), "Of a token."),
  entries: described(listOf(named("ActivityEntry")), "Of devices, oldest first."),
  token_events: described(listOf(named("AccountEvent")), "Of a token, oldest first."),
});

/** The parameters that say which events are wanted. */
const eventFilter = [
  query("show", described(oneOf(SHOWN), "The kind of events; `trouble` is what somebody may have to see to.")),
  query("device_id", described(text, "Only events of this device.")),
  query("account_id", described(text, "Only events of this account: of its token and of its devices.")),
  query("from", described(text, "Only what went on at or after this time; epoch milliseconds.")),
  query("to", described(text, "Only what began before this time; epoch milliseconds.")),
  query(
    "q",
    described(
      text,
      "Words, all of which have to be found, whatever their capitals: in names of devices, accounts, people and automations, and in what the gateway and the cloud said.",
    ),
  ),
  query(
    "means",
    described(
      text,
      "For each word of `q` the codes that it also stands for, such as `change.lock_state.unlocked,command.unlock`; the words separated by `;`. The page makes them of the words that it shows, in the reader's language.",
    ),
  ),
];

export const activityPaths: Readonly<Record<string, Path>> = {
  "/api/activity/events": {
    get: read("listEvents", "What happened to devices and tokens, one event each, newest first", named("EventPage"), [
      ...eventFilter,
      query("before", described(text, "`next` of the page before.")),
      query("limit", { type: "integer", minimum: 1, maximum: MOST_EVENTS, default: USUAL_EVENTS }),
    ]),
  },
  "/api/activity/latest": {
    get: read(
      "listLatest",
      "The newest entries of each device, oldest first",
      object<{ entries: readonly ActivityEntry[] }>({ entries: listOf(named("ActivityEntry")) }),
    ),
  },
  "/api/activity/export": {
    get: {
      operationId: "exportActivity",
      summary: "All events that are wanted, as a file",
      parameters: [query("format", oneOf(EXPORT_FORMATS), true), ...eventFilter],
      responses: {
        200: {
          description: "CSV with one line for each entry, or JSON with the events.",
          content: {
            "text/csv": { schema: text },
            "application/json": {
              schema: object<{ events: readonly ActivityEvent[] }>({ events: listOf(named("ActivityEvent")) }),
            },
          },
        },
        default: problem,
      },
    },
  },
};

/** The models of the activity log, by name. */
export const activityModels = {
  ActivityEntry: entry,
  ActivityEvent: event,
  EventPage: object<EventPage>({
    events: described(listOf(named("ActivityEvent")), "Newest first."),
    next: described(
      nullable(text),
      "`before` of the page after this; null at the end. A page may be short, or empty, and yet have a next one.",
    ),
  }),
  ActivityPage: object<ActivityPage>({
    entries: described(listOf(named("ActivityEntry")), "Newest first."),
    next: described(nullable({ type: "integer", minimum: 1 }), "`before` of the page after this; null at the end."),
  }),
};
