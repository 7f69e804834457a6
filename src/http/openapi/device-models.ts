import { LAST_PLACE } from "../../arrangement/arrangement.ts";
import type { ArrangementWish } from "../../arrangement/arrangement.ts";
import { LONGEST_GIVEN_NAME } from "../../arrangement/given-name.ts";
import {
  COMMAND_NAMES,
  COMMAND_OUTCOMES,
  DEVICE_KINDS,
  DEVICE_TROUBLES,
  FRESHNESSES,
  LOCK_MODES,
} from "../../state/picture.ts";
import type {
  CommandArguments,
  CommandOrigin,
  CommandState,
  DeviceState,
  LockTransition,
  ValueRange,
} from "../../state/picture.ts";
import { color, deviceValues, valueMoments } from "./device-values.ts";
import {
  codeAndMessage,
  count,
  described,
  eachOf,
  flag,
  listOf,
  nullable,
  object,
  oneOf,
  text,
  time,
} from "./schema.ts";
import type { Schema } from "./schema.ts";

const number: Schema = { type: "number" };
const valueRange = object<ValueRange>({ min: number, max: number, step: number });

const Device = object<DeviceState>({
  id: text,
  name: described(text, "As a person named it, else as the cloud does."),
  cloud_name: text,
  place: described(nullable(count), "Among the devices that a person has pinned, from 1; null: not pinned."),
  account_id: text,
  kind: oneOf(DEVICE_KINDS),
  category: nullable(text),
  handle_type: nullable(text),
  capabilities: listOf(text),
  unknown_capabilities: described(listOf(text), "The capabilities that this version does not know."),
  manufacturer: nullable(text),
  model: nullable(text),
  firmware: nullable(text),
  serial: nullable(text),
  ...deviceValues,
  transition: described(
    nullable(eachOf<LockTransition>({ locking: true, unlocking: true })),
    "Set between an accepted command and its confirmation.",
  ),
  level_range: nullable(valueRange),
  color_temperature_range: nullable(valueRange),
  said_at: described(valueMoments, "When the cloud last reported each value while the device was online."),
  confirmed_at: described(nullable(time), "When the cloud last reported the main state; epoch milliseconds."),
  freshness: described(oneOf(FRESHNESSES), "How far the main state can be trusted at its age."),
  available: flag,
  trouble: described(nullable(oneOf(DEVICE_TROUBLES)), "Why nothing newer is known about the device."),
  missing_since_at: nullable(time),
});

/** What becomes of a device's name and place. */
export const arrangementWish = object<ArrangementWish & { readonly device_id: string }>({
  device_id: text,
  name: {
    optional: described(
      nullable({ ...text, minLength: 1, maxLength: LONGEST_GIVEN_NAME }),
      "In any script, on one line and without invisible characters; null: the cloud's name again.",
    ),
  },
  place: {
    optional: described(
      nullable({ type: "integer", minimum: 1, maximum: LAST_PLACE }),
      "Among the pinned devices, from 1: the others make room. Null: not pinned any more.",
    ),
  },
});

/** A command's arguments. */
export const commandArguments = object<CommandArguments>({
  mode: { optional: oneOf(LOCK_MODES) },
  level: { optional: { ...count, maximum: 100 } },
  color: { optional: color },
  color_temperature: { optional: described(count, "Kelvin, within the device's range.") },
});

const Command = object<CommandState>({
  id: text,
  device_id: text,
  name: oneOf(COMMAND_NAMES),
  args: commandArguments,
  origin: object<CommandOrigin>({
    kind: eachOf<CommandOrigin["kind"]>({ home_assistant: true, page: true, api: true, uteclocal: true }),
    name: nullable(text),
    automation: described(flag, "True: an automation asked, and the name is the automation's."),
    user_id: { optional: described(text, "The user of Home Assistant behind it, where Home Assistant named one.") },
  }),
  requested_at: time,
  sent_at: described(nullable(time), "When it was sent to the cloud."),
  accepted_at: described(nullable(time), "When the cloud accepted it."),
  deadline_at: described(time, "By then it has ended, whatever happens."),
  ended_at: nullable(time),
  took_ms: described(nullable(count), "From the request to the end."),
  outcome: nullable(oneOf(COMMAND_OUTCOMES)),
  error: nullable(codeAndMessage),
});

/** The models of devices and their commands, by name. */
export const deviceModels = { Command, Device };
