import type { AccountChange, AccountDesk, ProviderChange } from "../../keeper/account.ts";
import { ALL_FIELDS, SECRET_FIELDS, describeProvider } from "../../keeper/providers/provider-description.ts";
import { allProviders, DEFAULT_PROVIDER } from "../../keeper/providers/providers.ts";
import type { Secrets } from "../../log.ts";
import { pastedValue } from "../../pasted.ts";
import { AnswerText } from "../encoding/answer-text.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints, Handler } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";
import { viewOf } from "./reduced-picture.ts";
import type { PictureJson } from "./picture-json.ts";

const DETAILS = ["name", ...ALL_FIELDS] as const;
const REFRESH_NUMBERS = ["refresh_buffer_ms", "refresh_buffer_share", "idle_interval_ms"] as const;

export interface AccountParts {
  readonly accounts: AccountDesk;
  readonly pictureJson: PictureJson;
  readonly secrets: Secrets;
}

/** What accounts there can be. Accounts: list, add, change, sign in, refresh, sign out, keep, remove. Their rules are the keeper's. */
export function addAccountEndpoints(endpoints: Endpoints, { accounts, pictureJson, secrets }: AccountParts): void {
  const described = new AnswerText(JSON.stringify({ providers: allProviders().map(describeProvider) }));
  endpoints.add("/api/providers", { GET: (_request, response) => sendJson(response, described) });

  endpoints.add("/api/accounts", {
    GET: (_request, response) => sendJson(response, pictureJson.read("accounts", viewOf(response.locals.access))),
    POST: (request, response) => {
      const fields = new Fields(request.body, ["provider", ...DETAILS]);
      const { name: _, ...said } = textsOf(fields, secrets);
      const provider = fields.optionalText("provider") ?? DEFAULT_PROVIDER;
      response.status(201).json(accounts.addAccount({ ...said, provider, name: fields.text("name") }));
    },
  });

  endpoints.add("/api/accounts/settings", {
    GET: (request, response) => {
      response.json(accounts.settings(new Fields(request.query, ["account_id"]).text("account_id")));
    },
  });

  endpoints.add("/api/accounts/update", {
    POST: (request, response) => {
      const fields = new Fields(request.body, ["account_id", ...DETAILS, "automatic_refresh", ...REFRESH_NUMBERS]);
      const said = [
        ["automatic_refresh", fields.optionalFlag("automatic_refresh")] as const,
        ...REFRESH_NUMBERS.map((name) => [name, fields.optionalNumber(name)] as const),
      ].filter(([, value]) => value !== undefined);
      const change: AccountChange & ProviderChange = { ...textsOf(fields, secrets), ...Object.fromEntries(said) };
      response.json(accounts.updateAccount(fields.text("account_id"), change));
    },
  });

  endpoints.add("/api/accounts/authorise", {
    POST: onAccount((account_id) => accounts.authorise(account_id)),
  });

  endpoints.add("/api/accounts/device-code", {
    POST: onAccount((account_id) => accounts.beginDeviceCode(account_id)),
  });

  endpoints.add("/api/accounts/exchange", {
    POST: async (request, response) => {
      const fields = new Fields(request.body, ["account_id", "callback_url"]);
      response.json(await accounts.exchange(fields.text("callback_url"), fields.text("account_id")));
    },
  });

  endpoints.add("/api/accounts/refresh", {
    POST: onAccount((account_id) => accounts.refreshNow(account_id)),
  });

  endpoints.add("/api/accounts/sign-out", {
    POST: onAccount((account_id) => accounts.signOut(account_id)),
  });

  endpoints.add("/api/accounts/keep", {
    POST: onAccount((account_id) => accounts.keepAccount(account_id)),
  });

  endpoints.add("/api/accounts/remove", {
    POST: async (request, response) => {
      await accounts.removeAccount(new Fields(request.body, ["account_id"]).text("account_id"));
      response.status(204).end();
    },
  });

  endpoints.add("/api/accounts/events", {
    GET: (request, response) => {
      const account_id = new Fields(request.query, ["account_id"]).text("account_id");
      return sendJson(response, { events: accounts.events(account_id) });
    },
  });
}

/** What was said of an account. Its secrets are scrubbed from the log from now on, as they came and as they are kept. */
function textsOf(fields: Fields, secrets: Secrets): Partial<Record<(typeof DETAILS)[number], string>> {
  for (const name of SECRET_FIELDS) {
    const secret = fields.optionalText(name) ?? "";
    for (const form of [secret, pastedValue(name, secret)]) secrets.add(form);
  }
  const said = DETAILS.map((name) => [name, fields.optionalText(name)] as const);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

/** A handler for what is done with one account and answered with one object. */
function onAccount(act: (account_id: string) => object | Promise<object>): Handler {
  return async (request, response) => {
    response.json(await act(new Fields(request.body, ["account_id"]).text("account_id")));
  };
}
