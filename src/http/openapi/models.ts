import type { ActivityEntry } from "../../activity/entry.ts";
import { LOG_LEVELS } from "../../log.ts";
import type { LogRecord } from "../../log.ts";
import type { Installer, IntegrationState, IntegrationStatus } from "../../integration/integration-state.ts";
import { PROBLEM_CODES } from "../../problem.ts";
import { REPORT_SECTIONS } from "../../report/report.ts";
import type { Report, ReportSection } from "../../report/report.ts";
import type { SettingsProblem } from "../../settings/settings.ts";
import { COMMANDS_KEPT } from "../../state/live-picture.ts";
import { DEVICE_VALUES } from "../../state/picture.ts";
import type { Change, CloudState, GatewayState, LinkState, LinkStatus, Snapshot } from "../../state/picture.ts";
import type { Ages, SameAgain, Update } from "../../state/report-ages.ts";
import { RIGHTS, STANDINGS } from "../access/rights.ts";
import type { Access } from "../access/rights.ts";
import { HEALTH_WARNING_CODES } from "../status/health.ts";
import type { Health, HealthProblem, HealthWarning } from "../status/health.ts";
import type { ProblemDetails } from "../api/problem-details.ts";
import type { SessionState } from "../api/session.ts";
import { accountModels } from "./account-models.ts";
import { activityModels, historyModels } from "./activity-models.ts";
import { deviceModels } from "./device-models.ts";
import { importModels } from "./imports.ts";
import { programModels } from "./programs.ts";
import { setUpModels } from "./set-up-models.ts";
import {
  codeAndMessage,
  count,
  described,
  eachOf,
  flag,
  listOf,
  named,
  nullable,
  object,
  oneOf,
  said,
  text,
  time,
} from "./schema.ts";
import type { Schema } from "./schema.ts";
import type { Said } from "../../said/said.ts";

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
  said,
  home_assistant_version: nullable(text),
  integration_version: nullable(text),
  since_at: time,
  set_up: described(
    nullable(named("SetUp")),
    "What has become of the latest press of the button that sets it up; null where nobody has pressed it in this run.",
  ),
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
    "By account id: whether the account's cloud answers, and whether its devices are known: then the picture has all of them.",
  ),
  problems: listOf(object<SettingsProblem>({ field: text, message: text, said })),
  calls_last_hour: described(
    nullable(count),
    "How many requests went out to the clouds of accounts, for devices and for tokens, in the last whole hour since the start; null before the first is over.",
  ),
});

const access = {
  standing: described(
    oneOf(STANDINGS),
    "What Home Assistant says of the caller. By the password, or on the gateway's own machine: administrator. unconfirmed: it could not be asked yet; unnamed: it did not say who is asking.",
  ),
  rights: described(listOf(oneOf(RIGHTS)), "What the caller may do."),
};

const snapshot = {
  seq: described(count, "The number of the last change that it includes."),
  gateway: named("Gateway"),
  accounts: listOf(named("Account")),
  devices: listOf(named("Device")),
  commands: described(listOf(named("Command")), `The latest ${COMMANDS_KEPT}, oldest first.`),
};

const update = {
  seq: described(count, "The number of the last change that it includes."),
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

const sameAgain = {
  account_id: text,
  at: described(time, "The new age of each value that such a device has one of; epoch milliseconds."),
  unsaid: { optional: described(listOf(oneOf(DEVICE_VALUES)), "The values whose age stays.") },
};

const ages = object<Ages>(
  {
    clouds: {
      optional: described(
        { type: "object", additionalProperties: time },
        "By account id: the `last_success_at` of its cloud.",
      ),
    },
    devices: {
      optional: listOf({
        oneOf: [
          object<Extract<SameAgain, { only: unknown }>>({
            ...sameAgain,
            only: described(listOf(text), "The devices of the account that are meant."),
          }),
          object<Extract<SameAgain, { except: unknown }>>({
            ...sameAgain,
            except: described(listOf(text), "The devices of the account that are not meant: all others are."),
          }),
        ],
      }),
    },
  },
  "What clouds have only said again; counts after `set` and `removed`.",
);

const FeedMessage: Schema = {
  description: "A message of the live feed.",
  oneOf: [
    object<{ type: "snapshot"; access: Access } & Snapshot>({
      type: { const: "snapshot" },
      access: named("Access"),
      ...snapshot,
    }),
    object<{ type: "update" } & Update>({
      type: { const: "update" },
      ...update,
      ages: { optional: ages },
    }),
    object<{ type: "activity"; entries: ActivityEntry[] }>({
      type: { const: "activity" },
      entries: described(listOf(named("ActivityEntry")), "What is new, oldest first."),
    }),
    object<{ type: "log"; records: LogRecord[] }>({ type: { const: "log" }, records: listOf(named("LogRecord")) }),
    object<{ type: "alive" }>({ type: { const: "alive" } }),
  ],
};

/** The API's models by name: the same ones that the code uses. */
export const models: Readonly<Record<string, Schema>> = {
  ...accountModels,
  ...programModels,
  ...importModels,
  ...activityModels,
  ...historyModels,
  ...deviceModels,
  Access: object<Access>(access),
  ...setUpModels,
  FeedMessage,
  Gateway,
  Health: object<Health>({
    status: eachOf<Health["status"]>({ ok: true, person_needed: true }),
    problems: listOf(
      object<HealthProblem>({ account: { optional: text }, code: oneOf(PROBLEM_CODES), message: text, said }),
    ),
    warnings: described(
      listOf(object<HealthWarning>({ account: text, code: oneOf(HEALTH_WARNING_CODES), message: text, said })),
      "What needs no attention yet (a refresh that is late or retried, a wrong clock), and what does not work meanwhile: an expired token, unavailable locks.",
    ),
    last_token_refresh: described(nullable(text), "ISO 8601; the latest of all accounts."),
    token_refresh_count: described(count, "Of all accounts."),
    success_rate: described(nullable({ type: "number" }), "Of refreshes, in per cent; null before the first."),
    last_successful_fetch: described(nullable(text), "ISO 8601; of what clients of the broker asked for."),
    total_fetches: described(count, "What clients of the broker asked clouds for since the start."),
    failed_fetches: count,
    uptime_seconds: count,
  }),
  Said: object<Said>(
    {
      key: described(text, "Names the phrase; the page has it in all its languages."),
      params: described(
        { type: "object", additionalProperties: { anyOf: [text, { type: "number" }, named("Said")] } },
        "What stands in it: words, numbers, and parts that are phrases of their own.",
      ),
    },
    "What a sentence of the gateway is made of, for readers of other languages. Absent where it has no such phrase.",
  ),
  Integration: object<IntegrationState>(
    {
      status: eachOf<IntegrationStatus>({
        absent: true,
        installed: true,
        outdated: true,
        newer: true,
        unmanaged: true,
        unavailable: true,
      }),
      installed_version: nullable(text),
      bundled_version: described(text, "The version that the gateway brings along."),
      installed_by: nullable(
        eachOf<Installer>({ gateway: true, marketplace: true, hacs: true, git: true, hand: true }),
      ),
      restart_needed: described(flag, "Home Assistant runs something else until it is restarted."),
      message: described(text, "One sentence for a person: what is, and what to do."),
      said,
    },
    "The integration in Home Assistant. Where it is `absent` or `outdated`, the gateway can install it.",
  ),
  LogRecord: object<LogRecord>({
    at: time,
    level: oneOf(LOG_LEVELS),
    part: text,
    message: text,
    fields: { type: "object" },
  }),
  Report: object<Report>(
    {
      made_at: time,
      sections: listOf(
        object<ReportSection>({
          id: oneOf(REPORT_SECTIONS),
          count: described(nullable(count), "How many things it tells of; null where it is no list."),
          text: described(text, "As it goes into the file; empty where it could not be read."),
          problem: described(nullable(text), "Why it could not be read."),
          said,
        }),
      ),
    },
    "A report for a public place: without secrets, and with a placeholder for each name, address and id.",
  ),
  Problem: object<ProblemDetails>(
    {
      type: { const: "about:blank" },
      title: text,
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: described(text, "One sentence for a person."),
      said,
      code: oneOf(PROBLEM_CODES),
      field: { optional: described(text, "The field of the request that is wrong.") },
      retryable: described(flag, "True when the same request may succeed later."),
      retry_after_s: { optional: { type: "number", minimum: 0 } },
      success: { optional: described({ const: false }, "Of /api/token and what is below it alone.") },
      error: { optional: described(text, "There: `detail` once more.") },
    },
    "An error, as RFC 9457 describes it; `code` never changes its meaning.",
  ),
  Session: object<SessionState>({
    by: eachOf<SessionState["by"]>({ loopback: true, ingress: true, password: true }),
    user_name: nullable(text),
    logged_in: described(flag, "The password was given in the form, and not as HTTP Basic."),
    ...access,
  }),
  Snapshot: object<Snapshot>(snapshot, "The whole live picture."),
};
