import { dataReply, htmlReply, jsonReply } from "../call.ts";
import type { Call, Endpoint, Reply } from "../call.ts";
import { TokenRefusal } from "../oauth/grant.ts";
import type { Grants } from "../oauth/grants.ts";
import type { People } from "../oauth/people.ts";
import { PollRefusal } from "./device-codes.ts";
import type { DeviceCodes } from "./device-codes.ts";
import type { YotoSettings } from "./yoto-settings.ts";

export interface YotoParts {
  readonly people: People;
  readonly grants: Grants;
  readonly codes: DeviceCodes;
  readonly settings: () => YotoSettings;
  /** Where the cloud is; known only when it listens. */
  readonly url: () => string;
}

export const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** The paths of its endpoints, before and after they have moved. */
export function pathsOf({ moved }: Pick<YotoSettings, "moved">) {
  const base = moved ? "/oauth2" : "/oauth";
  return { device: `${base}/device/code`, token: `${base}/token` };
}

/** Where a sign-in on another device begins (RFC 8628, section 3.1). */
export function deviceEndpoint({ people, codes, settings, url }: YotoParts): Endpoint {
  return plain("begin", (call) => {
    const form = new URLSearchParams(call.body);
    const client = people.client(form.get("client_id"));
    if (client === undefined) return refusalReply("invalid_client");
    const { device_code, user_code } = codes.begin(client.client_id, form.get("scope") ?? "");
    const page = `${url()}/activate`;
    const { interval_s, device_code_life_s } = settings();
    const answer = {
      device_code,
      user_code,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${encodeURIComponent(user_code)}`,
      expires_in: device_code_life_s,
      interval: interval_s,
    };
    return jsonReply(200, answer, "ok");
  });
}

/** The token endpoint of a cloud whose clients are public: a code that was entered, or a refresh token. */
export function yotoTokenEndpoint(parts: YotoParts): Endpoint {
  return (call) => {
    const form = new URLSearchParams(call.body);
    const refreshToken = form.get("refresh_token");
    return {
      name: form.get("grant_type") === DEVICE_CODE_GRANT ? "device_code" : (form.get("grant_type") ?? "other"),
      flight: refreshToken === null ? null : parts.grants.grantOf(refreshToken),
      refusals: {
        invalid_grant: () => refusalReply("invalid_grant"),
        invalid_client: () => refusalReply("invalid_client"),
      },
      act: () => grantReply(form, parts),
    };
  };
}

function grantReply(form: URLSearchParams, { people, grants, codes }: YotoParts): Reply {
  const client_id = people.client(form.get("client_id"))?.client_id;
  if (client_id === undefined) return refusalReply("invalid_client");
  try {
    switch (form.get("grant_type") ?? "") {
      case DEVICE_CODE_GRANT: {
        const request = codes.redeem(form.get("device_code") ?? "", client_id);
        const code = grants.issueCode({ client_id, redirect_uri: "", ...request });
        return pairReply(grants.exchange(code, client_id, null));
      }
      case "refresh_token":
        return pairReply(grants.refresh(form.get("refresh_token") ?? "", client_id));
      default:
        return refusalReply("unsupported_grant_type");
    }
  } catch (error) {
    if (error instanceof PollRefusal || error instanceof TokenRefusal) return refusalReply(error.error);
    throw error;
  }
}

/** The API itself, as far as it shows whether a token is good. */
export function contentEndpoint({ grants }: YotoParts): Endpoint {
  return plain("content", ({ headers }) => {
    const [, token = ""] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
    if (grants.check(token) === null) return jsonReply(401, { message: "Unauthorized" }, "unauthorised");
    return dataReply({ cards: [] });
  });
}

export function discoveryEndpoint({ settings, url }: YotoParts): Endpoint {
  return plain("discovery", () => {
    const { device, token } = pathsOf(settings());
    const document = {
      issuer: url(),
      token_endpoint: url() + token,
      device_authorization_endpoint: url() + device,
      token_endpoint_auth_methods_supported: ["none"],
      code_challenge_methods_supported: ["S256"],
    };
    return jsonReply(200, document, "discovery");
  });
}

/** The page where the code is entered: GET shows it, POST submits its form. */
export function activateEndpoint({ people, codes }: YotoParts): Endpoint {
  return plain("activate", (call) => {
    if (call.method === "GET") return htmlReply(200, activatePage(call.query.get("user_code") ?? ""), "shown");
    const form = new URLSearchParams(call.body);
    const decision = form.get("decision") === "allow" ? "allow" : "deny";
    const known = codes.decide(form.get("user_code") ?? "", decision, people.users[0]?.id ?? "");
    const said = known ? (decision === "allow" ? "allowed" : "denied") : "unknown_code";
    return htmlReply(known ? 200 : 400, `<!doctype html><title>Yoto</title><h1>${WORDS[said]}</h1>`, said);
  });
}

const WORDS = {
  allowed: "You are signed in: go back to where you came from.",
  denied: "Nobody was signed in.",
  unknown_code: "There is no such code: read it again.",
} as const;

function activatePage(user_code: string): string {
  const value = /^[A-Za-z -]{0,20}$/.test(user_code) ? user_code : "";
  return `<!doctype html><html lang="en"><title>Simulated Yoto cloud</title><h1>Enter the code</h1>
    <form method="post"><input name="user_code" aria-label="Code" value="${value}">
    <button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form></html>`;
}

function plain(name: string, act: (call: Call) => Reply): Endpoint {
  return (call) => ({
    name,
    flight: null,
    refusals: { invalid_client: () => refusalReply("invalid_client") },
    act: () => act(call),
  });
}

function pairReply(pair: object): Reply {
  return jsonReply(200, { token_type: "Bearer", ...pair }, "ok");
}

/** The statuses that this cloud's kind of server sends: everything but 400 is out of the ordinary. */
const STATUSES: Readonly<Record<string, number>> = { invalid_client: 401, slow_down: 429, unsupported_grant_type: 400 };

function refusalReply(error: string): Reply {
  return jsonReply(STATUSES[error] ?? 403, { error, error_description: error.replaceAll("_", " ") }, error);
}
