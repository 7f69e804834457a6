import { ACTIVITY_CAUSES, ACTIVITY_KINDS } from "../../activity/entry.ts";
import type { ActivityCommand, ActivityEntry, ActivityPage } from "../../activity/entry.ts";
import { DEVICE_VALUES } from "../../state/picture.ts";
import type { Color } from "../../state/picture.ts";
import { described, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";
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
