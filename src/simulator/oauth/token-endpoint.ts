import { jsonReply } from "../call.ts";
import type { Call, Endpoint, Reply } from "../call.ts";
import { TokenRefusal } from "./grant.ts";
import type { TokenPair } from "./grant.ts";
import type { Grants } from "./grants.ts";
import type { People } from "./people.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";

export interface TokenParts {
  readonly people: People;
  readonly grants: Grants;
  readonly settings: () => CloudSettings;
}

/** The token endpoint: GET with a query and POST with a form (or with a query), as shipped clients do. */
export function tokenEndpoint(parts: TokenParts): Endpoint {
  return (call) => {
    const parameters = readParameters(call);
    const settings = parts.settings();
    return {
      name: grantTypeOf(parameters) ?? "other",
      flight: flightOf(parameters, parts.grants),
      refusals: {
        invalid_grant: () => refusalReply(new TokenRefusal("invalid_grant", "bad refresh token"), settings),
        invalid_client: () => refusalReply(new TokenRefusal("invalid_client", "invalid client id"), settings),
      },
      act: () => {
        try {
          return pairReply(grantTokens(parameters, parts), settings);
        } catch (error) {
          if (!(error instanceof TokenRefusal)) throw error;
          return refusalReply(error, settings);
        }
      },
    };
  };
}

function readParameters(call: Call): URLSearchParams {
  const parameters = new URLSearchParams(call.query);
  if (call.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true) {
    for (const [name, value] of new URLSearchParams(call.body)) parameters.set(name, value);
  }
  return parameters;
}

const GRANT_TYPES = ["authorization_code", "refresh_token"] as const;

function grantTypeOf(parameters: URLSearchParams): (typeof GRANT_TYPES)[number] | undefined {
  return GRANT_TYPES.find((type) => type === parameters.get("grant_type"));
}

function flightOf(parameters: URLSearchParams, grants: Grants): string | null {
  const refreshToken = parameters.get("refresh_token");
  return refreshToken === null ? null : grants.grantOf(refreshToken);
}

/** @throws TokenRefusal */
function grantTokens(parameters: URLSearchParams, { people, grants, settings }: TokenParts): TokenPair {
  const client = people.client(parameters.get("client_id"));
  // HTTP Basic is ignored: no client of the real cloud uses it.
  if (client === undefined) throw new TokenRefusal("invalid_client", "invalid client id");
  const secret = parameters.get("client_secret");
  // Only an exchange was ever seen to work without it.
  const mayBeMissing = grantTypeOf(parameters) === "authorization_code" && !settings().client_secret_required;
  if (secret !== client.client_secret && !(secret === null && mayBeMissing)) {
    throw new TokenRefusal("invalid_client", "invalid client secret");
  }
  switch (grantTypeOf(parameters)) {
    case "authorization_code":
      return grants.exchange(required(parameters, "code"), client.client_id, parameters.get("redirect_uri"));
    case "refresh_token":
      return grants.refresh(required(parameters, "refresh_token"), client.client_id);
    case undefined:
      throw new TokenRefusal("unsupported_grant_type", "unsupported grant type");
  }
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === "") throw new TokenRefusal("invalid_request", `${name} is missing`);
  return value;
}

function pairReply(pair: TokenPair, settings: CloudSettings): Reply {
  const { refresh_token, ...rest } = pair;
  const answer = {
    token_type: "Bearer",
    ...rest,
    ...(refresh_token === null ? {} : { refresh_token }),
    ...settings.token_answer,
  };
  const members = Object.entries(answer).filter(([name]) => !settings.token_answer_without.includes(name));
  const flat = Object.fromEntries(members);
  return jsonReply(200, settings.token_shape === "wrapped" ? { code: 200, data: flat } : flat, "ok");
}

function refusalReply({ error, message }: TokenRefusal, settings: CloudSettings): Reply {
  const code = error === "invalid_client" || error === "invalid_grant" ? 401 : 400;
  switch (settings.token_errors) {
    case "rfc6749":
      // RFC 6749, section 5.2: 400, but 401 for the client.
      return jsonReply(error === "invalid_client" ? 401 : 400, { error, error_description: message }, error);
    case "wrapped_data":
      return jsonReply(200, { code, data: { message } }, error);
    case "wrapped":
      return jsonReply(200, { code, message: error }, error);
  }
}
