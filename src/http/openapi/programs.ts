import { HIGHEST_RATE, USUAL_RATE } from "../../broker/admission/clients.ts";
import type { BrokerState, ClientWish, NewClient } from "../../broker/broker-state.ts";
import { CLIENT_METHODS } from "../../keeper/clients/client.ts";
import type { Client } from "../../keeper/clients/client.ts";
import { TOKEN_STATUSES } from "../../keeper/account-state.ts";
import type { OldTokenStatus, TokenReport } from "../programs/default-token.ts";
import { act, json, problem, query, read } from "./operation.ts";
import type { Path } from "./operation.ts";
import { count, described, flag, listOf, named, nullable, object, oneOf, said, text, time } from "./schema.ts";

/** What other programs ask of the gateway: the models of the broker's clients and of one account's token, by name. */
export const programModels = {
  TokenReport: object<TokenReport>(
    {
      success: { const: true },
      message: { optional: described(text, "What was done: of a refresh and a sign-out.") },
      account_id: text,
      account: text,
      status: oneOf(TOKEN_STATUSES),
      has_token: flag,
      is_valid: flag,
      expires_at: nullable(text),
      expires_in: described(nullable(count), "Seconds."),
      last_token_refresh: nullable(text),
      next_token_refresh: nullable(text),
      token_refresh_count: count,
      success_rate: described(nullable({ type: "number" }), "Of refreshes, in per cent."),
      last_error: nullable(text),
      data: object<OldTokenStatus>(
        {
          hasToken: flag,
          isValid: flag,
          expiresAt: nullable(text),
          timeUntilExpiry: described(nullable(count), "Milliseconds."),
          timeUntilExpirySeconds: nullable(count),
        },
        "The same in the words of an older token service.",
      ),
    },
    "Times are ISO 8601.",
  ),
  Client: object<Client>({
    id: text,
    name: text,
    accounts: described(listOf(text), "The ids of the accounts that it may use."),
    methods: listOf(oneOf(CLIENT_METHODS)),
    path_prefixes: described(listOf(text), "Below the API's address, with whole segments; / is all of it."),
    requests_per_minute: count,
    may_read_token: described(flag, "It may be handed the bare access token at /token/{account} of the broker."),
    created_at: time,
    revoked_at: nullable(time),
  }),
  Broker: object<BrokerState>({
    port: count,
    listening: described(flag, "False without clients, and where the port can't be had."),
    problem: described(nullable(text), "Why it does not listen although there are clients."),
    said,
    clients: listOf(named("Client")),
  }),
} as const;

const account = described(text, "The account's name or id.");

/** Their addresses. */
export const programPaths: Readonly<Record<string, Path>> = {
  "/api/token": {
    delete: {
      operationId: "signOutToken",
      summary: "Sign the first account out, or the one that is named",
      parameters: [query("account", account)],
      responses: { ...json("200", "Signed out", named("TokenReport")), default: problem },
    },
  },
  "/api/token/status": {
    get: read(
      "getTokenStatus",
      "How the first account's token is, or that of the one that is named",
      named("TokenReport"),
      [query("account", account)],
    ),
  },
  "/api/token/refresh": {
    post: {
      ...act(
        "refreshToken",
        "Refresh that token now",
        object<object>({}),
        json("200", "Refreshed", named("TokenReport")),
      ),
      parameters: [query("account", account)],
    },
  },
  "/api/broker/clients": {
    get: read("listClients", "The broker and its clients, without their tokens", named("Broker")),
    post: act(
      "addClient",
      "Add a client of the broker",
      object<ClientWish>({
        name: { ...text, pattern: "\\S" },
        accounts: described({ ...listOf(text), minItems: 1 }, "The ids of the accounts that it may use."),
        methods: { optional: described({ ...listOf(oneOf(CLIENT_METHODS)), minItems: 1 }, "GET and HEAD by default.") },
        path_prefixes: {
          optional: described(
            { ...listOf({ ...text, pattern: "^/" }), minItems: 1 },
            "Below the API's address; all of it by default.",
          ),
        },
        requests_per_minute: { optional: { type: "integer", minimum: 1, maximum: HIGHEST_RATE, default: USUAL_RATE } },
        may_read_token: { optional: flag },
      }),
      json(
        "201",
        "Added; the token is shown now and never again",
        object<NewClient>({ client: named("Client"), token: text }),
      ),
    ),
  },
  "/api/broker/clients/revoke": {
    post: act(
      "revokeClient",
      "Revoke a client of the broker",
      object<{ client_id: string }>({ client_id: text }),
      json("200", "Revoked", named("Client")),
    ),
  },
};
