import type { ActivityEntry } from "../../activity/entry.ts";
import { LOG_LEVELS } from "../../log.ts";
import type { LogRecord } from "../../log.ts";
import { PROBLEM_CODES } from "../../problem.ts";
import type { SettingsProblem } from "../../settings/settings.ts";
import { COMMANDS_KEPT } from "../../state/live-picture.ts";
import {
  COMMAND_NAMES,
  COMMAND_OUTCOMES,
  DEVICE_KINDS,
  DEVICE_TROUBLES,
  FRESHNESSES,
  LOCK_MODES,
} from "../../state/picture.ts";
import type {
  Change,
  CloudState,
  CommandArguments,
  CommandOrigin,
  CommandState,
  DeviceState,
  GatewayState,
  LinkState,
  LinkStatus,
  LockTransition,
  Snapshot,
  ValueRange,
} from "../../state/picture.ts";
import { HEALTH_WARNING_CODES } from "../status/health.ts";
import type { Health, HealthProblem, HealthWarning } from "../status/health.ts";
import type { ProblemDetails } from "../api/problem-details.ts";
import type { SessionState } from "../api/session.ts";
import { color, deviceValues, valueMoments } from "./device-values.ts";
import { accountModels } from "./account-models.ts";
import { activityModels } from "./activity.ts";
import { count, described, eachOf, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";
import type { Schema } from "./schema.ts";

const codeAndMessage = object<{ code: string; message: string }>({ code: text, message: text });

const number: Schema = { type: "number" };
const valueRange = object<ValueRange>({ min: number, max: number, step: number });

const Device = object<DeviceState>({
  id: text,
  name: text,
  account_id: text,
  kind: oneOf(DEVICE_KINDS),
  category: nullable(text),
  handle_type: nullable(text),
  capabilities: listOf(text),
  unknown_capabilities: described(listOf(text), "Those of the capabilities that this version does not know."),
  manufacturer: nullable(text),
  model: nullable(text),
  firmware: nullable(text),
  serial: nullable(text),
  ...deviceValues,
  transition: described(
    nullable(eachOf<LockTransition>({ locking: true, unlocking: true })),
    "Stands between an accepted command and its confirmation.",
  ),
  level_range: nullable(valueRange),
  color_temperature_range: nullable(valueRange),
  said_at: described(valueMoments, "When the cloud last said each value while it held the device for online."),
  confirmed_at: described(nullable(time), "When the cloud last said the main state; epoch milliseconds."),
  freshness: described(oneOf(FRESHNESSES), "What the age of the main state allows to believe."),
  available: flag,
  trouble: described(nullable(oneOf(DEVICE_TROUBLES)), "Why nothing newer is known of the device."),
  missing_since_at: nullable(time),
});

/** What a command says beside its name. */
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
    kind: eachOf<CommandOrigin["kind"]>({ home_assistant: true, page: true, api: true }),
    name: nullable(text),
    automation: described(flag, "An automation asked, and the name is its name."),
  }),
  requested_at: time,
  sent_at: described(nullable(time), "When it left for the cloud."),
  accepted_at: described(nullable(time), "When the cloud accepted it."),
  deadline_at: described(time, "By then it has ended, whatever happens."),
  ended_at: nullable(time),
  took_ms: described(nullable(count), "From the request to the end."),
  outcome: nullable(oneOf(COMMAND_OUTCOMES)),
  error: nullable(codeAndMessage),
});

const Link = object<LinkState>({
  status: eachOf<LinkStatus>({
    not_configured: true,
    connecting: true,
    core_starting: true,
    token_refused: true,
    integration_missing: true,
    integration_not_set_up: true,
    other_gateway: true,
    protocol_mismatch: true,
    linked: true,
  }),
  message: text,
  home_assistant_version: nullable(text),
  integration_version: nullable(text),
  since_at: time,
});

const Gateway = object<GatewayState>({
  id: text,
  version: text,
  started_at: time,
  link: Link,
  clouds: described(
    {
      type: "object",
      additionalProperties: object<CloudState>({
        online: nullable(flag),
        error: nullable(codeAndMessage),
        last_success_at: nullable(time),
        devices_known: flag,
      }),
    },
    "By account id: whether the account's cloud answers, and whether its devices are known: one that the picture does not have is none of them.",
  ),
  problems: listOf(object<SettingsProblem>({ field: text, message: text })),
});

const snapshot = {
  seq: described(count, "The number of the last change that is in here."),
  gateway: named("Gateway"),
  accounts: listOf(named("Account")),
  devices: listOf(named("Device")),
  commands: described(listOf(named("Command")), `The latest ${COMMANDS_KEPT}, oldest first.`),
};

const update = {
  seq: described(count, "The number of the last change that is in here."),
  set: object<Change["set"]>({
    gateway: { optional: named("Gateway") },
    accounts: { optional: listOf(named("Account")) },
    devices: { optional: listOf(named("Device")) },
    commands: { optional: listOf(named("Command")) },
  }),
  removed: object<Change["removed"]>({
    accounts: { optional: listOf(text) },
    devices: { optional: listOf(text) },
  }),
};

const FeedMessage: Schema = {
  description: "What the live feed tells.",
  oneOf: [
    object<{ type: "snapshot" } & Snapshot>({ type: { const: "snapshot" }, ...snapshot }),
    object<{ type: "update" } & Change>({ type: { const: "update" }, ...update }),
    object<{ type: "activity"; entries: ActivityEntry[] }>({
      type: { const: "activity" },
      entries: described(listOf(named("ActivityEntry")), "What is new, oldest first."),
    }),
    object<{ type: "log"; records: LogRecord[] }>({ type: { const: "log" }, records: listOf(named("LogRecord")) }),
    object<{ type: "alive" }>({ type: { const: "alive" } }),
  ],
};

/** The API's models by name: the very ones that the code has. */
export const models: Readonly<Record<string, Schema>> = {
  ...accountModels,
  ...activityModels,
  Command,
  Device,
  FeedMessage,
  Gateway,
  Health: object<Health>({
    status: eachOf<Health["status"]>({ ok: true, person_needed: true }),
    problems: listOf(object<HealthProblem>({ account: { optional: text }, code: oneOf(PROBLEM_CODES), message: text })),
    warnings: described(
      listOf(object<HealthWarning>({ account: text, code: oneOf(HEALTH_WARNING_CODES), message: text })),
      "What nobody is needed for yet (a refresh that is late or retried, a clock that is wrong), and what does not work meanwhile: a token that is over, locks that are unavailable.",
    ),
  }),
  LogRecord: object<LogRecord>({
    at: time,
    level: oneOf(LOG_LEVELS),
    part: text,
    message: text,
    fields: { type: "object" },
  }),
  Problem: object<ProblemDetails>(
    {
      type: { const: "about:blank" },
      title: text,
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: described(text, "One sentence for a person."),
      code: oneOf(PROBLEM_CODES),
      field: { optional: described(text, "The field of the request that is wrong.") },
      retryable: described(flag, "True when the same request may succeed later."),
      retry_after_s: { optional: { type: "number", minimum: 0 } },
    },
    "An error, as RFC 9457 describes it; `code` never changes its meaning.",
  ),
  Session: object<SessionState>({
    by: eachOf<SessionState["by"]>({ loopback: true, ingress: true, password: true }),
    user_name: nullable(text),
    logged_in: described(flag, "The password was given in the form, and not as HTTP Basic."),
  }),
  Snapshot: object<Snapshot>(snapshot, "The whole live picture."),
};
