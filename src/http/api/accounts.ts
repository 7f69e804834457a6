import type { AccountChange, AccountDesk } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import { pastedValue } from "../../pasted.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints, Handler } from "./endpoints.ts";
import { Fields } from "./fields.ts";
import { viewOf } from "./picture-json.ts";
import type { PictureJson } from "./picture-json.ts";

const DETAILS = ["name", "client_id", "client_secret", "redirect_uri"] as const;
const REFRESH_NUMBERS = ["refresh_buffer_ms", "refresh_buffer_share", "idle_interval_ms"] as const;

export interface AccountParts {
  readonly accounts: AccountDesk;
  readonly pictureJson: PictureJson;
  readonly secrets: Secrets;
}

/** Accounts: list, add, change, sign in, refresh, sign out, keep, remove. Their rules are the keeper's. */
export function addAccountEndpoints(endpoints: Endpoints, { accounts, pictureJson, secrets }: AccountParts): void {
  endpoints.add("/api/accounts", {
    GET: (_request, response) => sendJson(response, pictureJson.read("accounts", viewOf(response.locals.access))),
    POST: (request, response) => {
      const fields = new Fields(request.body, DETAILS);
      const client_secret = fields.text("client_secret");
      secrets.add(client_secret);
      secrets.add(pastedValue("client_secret", client_secret));
      response.status(201).json(
        accounts.addAccount({
          name: fields.text("name"),
          client_id: fields.text("client_id"),
          client_secret,
          redirect_uri: fields.text("redirect_uri"),
        }),
      );
    },
  });

  endpoints.add("/api/accounts/update", {
    POST: (request, response) => {
      const fields = new Fields(request.body, ["account_id", ...DETAILS, "automatic_refresh", ...REFRESH_NUMBERS]);
      const said = [
        ...DETAILS.map((name) => [name, fields.optionalText(name)] as const),
        ["automatic_refresh", fields.optionalFlag("automatic_refresh")] as const,
        ...REFRESH_NUMBERS.map((name) => [name, fields.optionalNumber(name)] as const),
      ];
      const change: AccountChange = Object.fromEntries(said.filter(([, value]) => value !== undefined));
      if (change.client_secret !== undefined) {
        secrets.add(change.client_secret);
        secrets.add(pastedValue("client_secret", change.client_secret));
      }
      response.json(accounts.updateAccount(fields.text("account_id"), change));
    },
  });

  endpoints.add("/api/accounts/authorise", {
    POST: onAccount((account_id) => accounts.authorise(account_id)),
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
      response.json({ events: accounts.events(account_id) });
    },
  });
}

/** A handler for what is done with one account and answered with one object. */
function onAccount(act: (account_id: string) => object | Promise<object>): Handler {
  return async (request, response) => {
    response.json(await act(new Fields(request.body, ["account_id"]).text("account_id")));
  };
}
