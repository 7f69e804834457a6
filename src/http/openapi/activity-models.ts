import { ACTIVITY_CAUSES, ACTIVITY_KINDS, MOST_ENTRIES, USUAL_ENTRIES } from "../../activity/entry.ts";
import type { ActivityCommand, ActivityEntry, ActivityPage } from "../../activity/entry.ts";
import { BATTERY_OUTLOOKS, DOOR_HISTORY_STATES, MOST_DAYS } from "../../history/history-models.ts";
import type {
  BatteryHistory,
  BatteryReading,
  DoorHistory,
  DoorSpan,
  HistoryWindow,
  TimeSpan,
  TokenHistory,
  TokenMark,
} from "../../history/history-models.ts";
import { ACCOUNT_EVENT_KINDS } from "../../keeper/account-state.ts";
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
  "/api/activity": {
    get: read("listActivity", "What happened to the devices, newest first", named("ActivityPage"), [
      query("device_id", text),
      query("kind", described(text, `Some of ${ACTIVITY_KINDS.join(", ")}, separated by commas.`)),
      query("before", {
        type: "integer",
        minimum: 1,
        description: "Only entries with a smaller id: `next` of the page before.",
      }),
      query("limit", { type: "integer", minimum: 1, maximum: MOST_ENTRIES, default: USUAL_ENTRIES }),
    ]),
  },
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

const span = object<TimeSpan>({ from: time, to: time });
const window = {
  from: time,
  to: time,
  down: described(listOf(span), "When the gateway did not run in it, as far as it knows."),
};
const days: Schema = { type: "integer", minimum: 1, maximum: MOST_DAYS, default: MOST_DAYS };

/** The models of the history, by name. */
export const historyModels = {
  DoorHistory: object<DoorHistory>({
    device_id: text,
    spans: described(
      listOf(
        object<DoorSpan>({
          at: time,
          state: described(
            oneOf(DOOR_HISTORY_STATES),
            "`open`: a sensor says so, whatever the bolt did; `unknown`: the lock could not be reached, or the gateway did not run.",
          ),
          cause: nullable(oneOf(ACTIVITY_CAUSES)),
          by: nullable({ $ref: "#/components/schemas/Command/properties/origin" }),
        }),
      ),
      "Each lasts until the next one begins, the last one until `to`.",
    ),
  }),
  TokenHistory: object<TokenHistory>({
    account_id: text,
    marks: listOf(
      object<TokenMark>({
        kind: described(oneOf(ACCOUNT_EVENT_KINDS), "Tries that failed one after the other are one outage."),
        at: time,
        until: described(nullable(time), "Of an outage that is over: when it ended."),
        count: described(count, "How many tries an outage took; else 1."),
        code: described(nullable(text), "Of an outage: why the latest try failed."),
      }),
    ),
  }),
  BatteryHistory: object<BatteryHistory>({
    device_id: text,
    readings: described(
      listOf(object<BatteryReading>({ at: time, percent: { type: "number" } })),
      "One a day at most, of the last 400 days.",
    ),
    outlook: described(
      oneOf(BATTERY_OUTLOOKS),
      "`ends`: `ends_at` says when they are likely to be empty; `too_few` readings, or they are `not_falling`: it cannot be told yet.",
    ),
    ends_at: nullable(time),
    changed_at: described(nullable(time), "When the batteries were last changed, as far as the readings show."),
  }),
};

/** The addresses of the history. */
export const historyPaths = {
  "/api/history/doors": {
    get: read(
      "getDoorHistory",
      "How each lock was over the last days",
      object<HistoryWindow & { doors: unknown }>({ ...window, doors: listOf(named("DoorHistory")) }),
      [query("days", days), query("device_id", text)],
    ),
  },
  "/api/history/tokens": {
    get: read(
      "getTokenHistory",
      "What the token of each account has been through over the last days",
      object<HistoryWindow & { accounts: unknown }>({ ...window, accounts: listOf(named("TokenHistory")) }),
      [query("days", days), query("account_id", text)],
    ),
  },
  "/api/history/batteries": {
    get: read(
      "getBatteryHistory",
      "The battery of each device over months, and when it is likely to be empty",
      object<{ batteries: unknown }>({ batteries: listOf(named("BatteryHistory")) }),
      [query("device_id", text)],
    ),
  },
} satisfies Readonly<Record<`/${string}`, Path>>;
