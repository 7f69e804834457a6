import { ACTIVITY_CAUSES, ACTIVITY_KINDS } from "../../activity/entry.ts";
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
import { query, read } from "./operation.ts";
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
  at: time,
  kind: oneOf(ACTIVITY_KINDS),
  device_id: text,
  device_name: described(text, "The device's name at that time."),
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

/** The models of the activity log, by name. */
export const activityModels = {
  ActivityEntry: entry,
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
