import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { ActionRefusal } from "./action-refusal.ts";
import { emptyReply, jsonReply } from "./call.ts";
import type { Call, Endpoint, OpenedCall, Reply } from "./call.ts";
import { Envelope } from "./envelope.ts";
import { commandDevices, discoverDevices, queryDevices } from "./devices/device-actions.ts";
import type { Grant } from "./oauth/grant.ts";
import type { Grants } from "./oauth/grants.ts";
import type { Home } from "./devices/home.ts";
import type { Notifications } from "./notifications.ts";
import type { People, UserDefinition } from "./oauth/people.ts";
import type { CloudSettings } from "./settings/cloud-settings.ts";
import type { CallCounters } from "./call-counters.ts";

export interface ActionParts {
  readonly people: People;
  readonly grants: Grants;
  readonly home: Home;
  readonly notifications: Notifications;
  readonly counters: CallCounters;
  readonly settings: () => CloudSettings;
}

/** Acts for a user; returns the answer's payload. @throws ActionRefusal */
type Action = (payload: JsonObject, holder: TokenHolder, parts: ActionParts) => unknown;

interface TokenHolder {
  readonly grant: Grant;
  readonly user: UserDefinition;
}

/** From the U-tec developer documentation, without the lock users. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "Uhome.User/Get": (_, { user: { id, first_name, last_name } }) => ({ user: { id, first_name, last_name } }),
  "Uhome.User/Logout": (_, { grant }, { grants, settings }) => {
    if (settings().logout_revokes) grants.revoke({ grant_id: grant.id }, "logged_out");
    return [];
  },
  "Uhome.Configure/Set": (payload, { grant }, { notifications }) => {
    if (notifications.register(grant, payload)) return [];
    throw new ActionRefusal("BAD-REQUEST", "The notification is incomplete.");
  },
  "Uhome.Device/Discovery": (_, { user }, parts) => discoverDevices(user.id, parts),
  "Uhome.Device/Query": (payload, { user }, parts) => queryDevices(payload, user.id, parts),
  "Uhome.Device/Command": (payload, { user }, parts) => commandDevices(payload, user.id, parts),
};

/** The one endpoint for all actions. */
export function actionEndpoint(parts: ActionParts): Endpoint {
  return (call) => {
    // What stands in front of the real cloud answers these two itself.
    if (call.method !== "POST") {
      return unnamed(jsonReply(403, { message: "Missing Authentication Token" }, "missing_authentication_token"));
    }
    const envelope = Envelope.read(call.body);
    if (envelope === null) return unnamed(emptyReply(400, "unreadable"));
    return {
      name: envelope.action,
      flight: null,
      refusals: {
        invalid_token: () => refuseToken(envelope, parts),
        bad_request: () => envelope.refuse("BAD-REQUEST", "The request is wrong."),
      },
      act: () => act(envelope, bearerToken(call, envelope), parts),
    };
  };
}

function act(envelope: Envelope, token: string | null, parts: ActionParts): Reply {
  const holder = holderOf(token, parts);
  if (holder === null) return refuseToken(envelope, parts);
  // Asking for what was set is undocumented and makes the real cloud fail (seen in the field).
  if (envelope.action === "Uhome.Configure/Query") {
    return jsonReply(500, { message: "Internal server error" }, "http_500");
  }
  const action = Object.hasOwn(ACTIONS, envelope.action) ? ACTIONS[envelope.action] : undefined;
  if (action === undefined) return envelope.refuse("BAD-REQUEST", `There is no action ${envelope.action}.`);
  try {
    return envelope.answer(action(envelope.payload, holder, parts));
  } catch (error) {
    if (!(error instanceof ActionRefusal)) throw error;
    return error.status === 200 ? envelope.refuse(error.code, error.message) : emptyReply(error.status, error.code);
  }
}

function refuseToken(envelope: Envelope, { settings }: ActionParts): Reply {
  const { invalid_token_code, invalid_token_status } = settings();
  const message = "The access token is missing, malformed, expired or revoked.";
  return envelope.refuse(invalid_token_code, message, invalid_token_status);
}

function unnamed(reply: Reply): OpenedCall {
  return { name: "other", flight: null, refusals: {}, act: () => reply };
}

function holderOf(token: string | null, { grants, people }: ActionParts): TokenHolder | null {
  const grant = grants.check(token ?? "");
  const user = people.user(grant?.user_id ?? "");
  return grant === null || user === undefined ? null : { grant, user };
}

/** The header wins over the body's `authentication` (U-tec developer documentation). */
function bearerToken(call: Call, { body }: Envelope): string | null {
  const header = call.headers.authorization;
  if (header !== undefined) return /^Bearer (.+)$/i.exec(header)?.[1] ?? null;
  const inBody = body["authentication"];
  if (!isObject(inBody) || !/^bearer$/i.test(String(inBody["type"]))) return null;
  return typeof inBody["token"] === "string" ? inBody["token"] : null;
}
