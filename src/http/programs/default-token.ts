import type { Clock } from "../../clock.ts";
import type { AccountDesk, AccountState } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Endpoints, Handler } from "../api/endpoints.ts";
import { Fields } from "../api/fields.ts";
import { iso, successRate } from "../status/refresh-figures.ts";

/** One account's token, in the words of the services that the gateway takes the place of. It holds no token. */
export interface TokenReport {
  readonly account_id: string;
  readonly account: string;
  readonly status: AccountState["status"];
  readonly has_token: boolean;
  readonly is_valid: boolean;
  /** ISO 8601; null where nobody knows. */
  readonly expires_at: string | null;
  readonly expires_in: number | null;
  readonly last_token_refresh: string | null;
  readonly next_token_refresh: string | null;
  readonly token_refresh_count: number;
  /** Per cent. */
  readonly success_rate: number | null;
  readonly last_error: string | null;
}

export interface TokenParts {
  readonly picture: LivePicture;
  readonly accounts: AccountDesk;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** The addresses that programs of one account know: of the first account, or of the one that `?account=` names. */
export function addTokenEndpoints(endpoints: Endpoints, { picture, accounts, clock, secrets }: TokenParts): void {
  const onAccount =
    (act: (account: AccountState) => AccountState | Promise<AccountState>): Handler =>
    async (request, response) => {
      const named = new Fields(request.query, ["account"]).optionalText("account");
      response.json(report(await act(accountOf(picture.accounts(), named)), clock.now(), secrets));
    };

  endpoints.add("/api/token/status", { GET: onAccount((account) => account) });
  endpoints.add("/api/token/refresh", {
    POST: async (request, ...rest) => {
      if (request.body !== undefined) Fields.none(request.body);
      await onAccount(({ id }) => accounts.refreshNow(id))(request, ...rest);
    },
  });
  endpoints.add("/api/token", { DELETE: onAccount(({ id }) => accounts.signOut(id)) });
}

/** @throws Problem `account_not_found` */
function accountOf(all: readonly AccountState[], named: string | undefined): AccountState {
  const account =
    named === undefined
      ? all[0]
      : (all.find(({ id }) => id === named) ?? all.find(({ name }) => name.toLowerCase() === named.toLowerCase()));
  if (account !== undefined) return account;
  throw new Problem(
    "account_not_found",
    named === undefined ? "There is no account yet: add one." : "There is no account of this name or id.",
    { field: "account" },
  );
}

function report(account: AccountState, now: number, secrets: Secrets): TokenReport {
  const { id, name, status, token_usable, expires_at, obtained_at, last_success_at, next_refresh_at } = account;
  return {
    account_id: id,
    account: name,
    status,
    has_token: obtained_at !== null,
    is_valid: token_usable,
    expires_at: iso(expires_at),
    expires_in: expires_at === null ? null : Math.max(0, Math.floor((expires_at - now) / 1000)),
    last_token_refresh: iso(last_success_at),
    next_token_refresh: iso(next_refresh_at),
    token_refresh_count: account.refresh_count,
    success_rate: successRate([account]),
    last_error: account.last_error === null ? null : secrets.scrub(account.last_error.message),
  };
}
