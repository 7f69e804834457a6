import type { AccountChange, SignInPage } from "../../keeper/account.ts";
import { DEFAULT_PROVIDER } from "../../keeper/providers/providers.ts";
import type { AccountField } from "../../keeper/providers/provider-fields.ts";
import { TAIL_RECORDS } from "../../log-sink.ts";
import { LOG_LEVELS } from "../../log.ts";
import { COMMAND_NAMES } from "../../state/picture.ts";
import { SET_UP_STEPS } from "../../state/set-up.ts";
import type { SetUpStep } from "../../state/set-up.ts";
import { LONGEST_COMMAND_ID } from "../../utec/commands/command-id.ts";
import { accountFields, refreshPolicy } from "./account-models.ts";
import { activityPaths, historyPaths } from "./activity-models.ts";
import { arrangementWish, commandArguments } from "./device-models.ts";
import { importPaths } from "./imports.ts";
import { act, json, problem, query, read } from "./operation.ts";
import type { Path } from "./operation.ts";
import { programPaths } from "./programs.ts";
import { described, listOf, named, object, oneOf, text, time } from "./schema.ts";

const account_id = described(text, "The account's id.");
const empty = object<object>({});
const accountOnly = object<{ account_id: string }>({ account_id });

type Said = Partial<Readonly<Record<AccountField, string>>>;

/** Every path of the API, as OpenAPI describes it; each begins with a slash. */
export const paths: Readonly<Record<string, Path>> = {
  "/api/state": {
    get: read("getState", "The whole live picture", named("Snapshot")),
  },
  "/api/providers": {
    get: read(
      "listProviders",
      "The clouds whose tokens the gateway keeps, and what an account of each needs",
      object<{ providers: unknown }>({ providers: listOf(named("Provider")) }),
    ),
  },
  "/api/accounts": {
    get: read("listAccounts", "All accounts", object<{ accounts: unknown }>({ accounts: listOf(named("Account")) })),
    post: act(
      "addAccount",
      "Add an account",
      object<{ name: string; provider?: string } & Said>({
        name: text,
        provider: {
          optional: described(text, `The provider's id, as /api/providers has it; without: ${DEFAULT_PROVIDER}.`),
        },
        ...accountFields,
      }),
      json("201", "Added", named("Account")),
    ),
  },
  "/api/accounts/settings": {
    get: read(
      "getAccountSettings",
      "What is stored of an account's fields, to fill in a form that changes it; no secret",
      named("AccountSettings"),
      [query("account_id", account_id, true)],
    ),
  },
  "/api/accounts/update": {
    post: act(
      "updateAccount",
      "Change an account",
      object<{ account_id: string } & AccountChange & Said>({
        account_id,
        name: { optional: text },
        ...accountFields,
        automatic_refresh: { optional: refreshPolicy.automatic_refresh },
        refresh_buffer_ms: { optional: refreshPolicy.refresh_buffer_ms },
        refresh_buffer_share: { optional: refreshPolicy.refresh_buffer_share },
        idle_interval_ms: { optional: refreshPolicy.idle_interval_ms },
      }),
      json("200", "Changed", named("Account")),
    ),
  },
  "/api/accounts/authorise": {
    post: act(
      "authoriseAccount",
      "Start a sign-in",
      accountOnly,
      json(
        "200",
        "The cloud's sign-in page to open",
        object<SignInPage>({ url: text, expires_at: described(time, "The sign-in must be done by then.") }),
      ),
    ),
  },
  "/api/accounts/device-code": {
    post: act(
      "beginDeviceCode",
      "Begin a sign-in on another device: device_code of the answer says where the person enters which code",
      accountOnly,
      json("200", "Begun, or already under way", named("Account")),
    ),
  },
  "/api/accounts/exchange": {
    post: act(
      "exchangeCode",
      "Finish a sign-in",
      object<{ account_id: string; callback_url: string }>({
        account_id,
        callback_url: described(text, "The redirected URL as pasted, or the bare code."),
      }),
      json("200", "Signed in", named("Account")),
    ),
  },
  "/api/accounts/refresh": {
    post: act("refreshAccount", "Refresh the token now", accountOnly, json("200", "Refreshed", named("Account"))),
  },
  "/api/accounts/sign-out": {
    post: act("signOutAccount", "Sign out", accountOnly, json("200", "Signed out", named("Account"))),
  },
  "/api/accounts/keep": {
    post: act(
      "keepAccount",
      "Keep an account that the options no longer name",
      accountOnly,
      json("200", "Kept", named("Account")),
    ),
  },
  "/api/accounts/remove": {
    post: act("removeAccount", "Sign out and remove the account", accountOnly, { "204": { description: "Removed" } }),
  },
  "/api/accounts/events": {
    get: read(
      "listAccountEvents",
      "The last 200 token events of an account, oldest first",
      object<{ events: unknown }>({ events: listOf(named("AccountEvent")) }),
      [query("account_id", account_id, true)],
    ),
  },
  "/api/devices": {
    get: read("listDevices", "All devices", object<{ devices: unknown }>({ devices: listOf(named("Device")) })),
  },
  "/api/devices/discover": {
    post: act("discoverDevices", "Ask the cloud which devices there are", empty, json("202", "Asked", empty)),
  },
  "/api/devices/arrange": {
    post: act(
      "arrangeDevice",
      "Name a device, or pin it before the others",
      arrangementWish,
      json("200", "As it is from now on", named("Device")),
    ),
  },
  "/api/devices/remove": {
    post: act(
      "removeDevice",
      "Remove a device that the cloud lists no longer, without waiting for a day of such lists",
      object<{ device_id: string }>({ device_id: text }),
      { "204": { description: "Removed" } },
    ),
  },
  "/api/commands": {
    get: read(
      "listCommands",
      "The latest commands, oldest first, or the one with the id",
      object<{ commands: unknown }>({ commands: listOf(named("Command")) }),
      [query("id", text)],
    ),
    post: act(
      "submitCommand",
      "Send a command to a device",
      object<{ device_id: string; name: string; args?: object; id?: string; deadline_at?: number }>({
        device_id: text,
        name: oneOf(COMMAND_NAMES),
        args: {
          optional: described(commandArguments, "The argument that the command is named after, if it takes one."),
        },
        id: {
          optional: described(
            { ...text, minLength: 1, maxLength: LONGEST_COMMAND_ID },
            "Your own id, so that repeating the request sends no second command.",
          ),
        },
        deadline_at: {
          optional: described(time, "When you stop waiting; no effect if later than the gateway's own deadline."),
        },
      }),
      json("202", "Accepted by the cloud; the outcome follows on the live feed", named("Command")),
    ),
  },
  "/api/home-assistant/connect": {
    get: read("planSetUp", "What setting the gateway up in Home Assistant would take now", named("SetUpPlan")),
    post: act(
      "beginSetUp",
      "Set the gateway up in Home Assistant",
      object<{ steps: readonly SetUpStep[] }>({
        steps: described(listOf(oneOf(SET_UP_STEPS)), "What is agreed to: nothing else is done."),
      }),
      json("202", "Begun; how far it is follows on the live feed", named("SetUp")),
    ),
  },
  ...programPaths,
  ...historyPaths,
  ...importPaths,
  ...activityPaths,
  "/api/integration": {
    get: read("getIntegration", "How the integration in Home Assistant stands", named("Integration")),
  },
  "/api/integration/install": {
    post: act(
      "installIntegration",
      "Put the integration into Home Assistant, or replace an outdated one",
      empty,
      json("200", "Installed", named("Integration")),
    ),
  },
  "/api/home-assistant/restart": {
    post: act("restartHomeAssistant", "Restart Home Assistant", empty, json("202", "It is restarting", empty)),
  },
  "/api/log": {
    get: read(
      "listLog",
      "The log's tail, oldest first",
      object<{ records: unknown }>({ records: listOf(named("LogRecord")) }),
      [query("level", oneOf(LOG_LEVELS)), query("limit", { type: "integer", minimum: 1, maximum: TAIL_RECORDS })],
    ),
  },
  "/api/report": {
    get: read("getReport", "A report of a problem, to attach to a public issue", named("Report")),
  },
  "/api/live": {
    get: {
      operationId: "followLive",
      summary: "The live feed: a WebSocket that sends a snapshot first and every change after it",
      responses: {
        "101": {
          description: "Switched to a WebSocket; every message is JSON text.",
          content: { "application/json": { schema: named("FeedMessage") } },
        },
        default: problem,
      },
    },
  },
  "/api/openapi.json": {
    get: read("getOpenApi", "This document", { type: "object" }),
  },
  "/oauth/callback": {
    get: {
      operationId: "finishSignIn",
      summary: "Where the cloud sends the browser after a sign-in",
      parameters: [query("code", text), query("state", text)],
      responses: {
        "303": {
          description:
            "Signed in: to what was found. Not signed in, asked by a browser: to the step of the wizard that helps",
        },
        default: { description: "A page that says what went wrong", content: { "text/html": { schema: text } } },
      },
    },
  },
  "/api/session": {
    get: read("getSession", "How the caller came in", named("Session")),
  },
  "/logout": {
    post: act("logOut", "End the session that was started at `login`", empty, {
      "204": { description: "Ended; the live feed of the session is closed" },
    }),
  },
  "/health": {
    get: {
      operationId: "getHealth",
      summary: "Whether anything needs attention",
      responses: {
        ...json("200", "All well", named("Health")),
        ...json("503", "Something needs attention", named("Health")),
        default: problem,
      },
    },
  },
  "/metrics": {
    get: {
      operationId: "getMetrics",
      summary: "Metrics for Prometheus",
      responses: {
        "200": {
          description: "Prometheus' text format, version 0.0.4",
          content: { "text/plain": { schema: text } },
        },
        default: problem,
      },
    },
  },
  "/health/live": {
    get: read(
      "getLiveness",
      "Whether the process works",
      object<{ status: string; version: string }>({ status: { const: "ok" }, version: text }),
    ),
  },
} satisfies Readonly<Record<`/${string}`, Path>>;
