import type { Clock } from "../../clock.ts";
import type { AccountDesk, AccountState } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Endpoints, Handler } from "../api/endpoints.ts";
import { Fields } from "../../incoming/fields.ts";
import { problemDetails, problemHeaders } from "../api/problem-details.ts";
import type { ProblemDetails } from "../api/problem-details.ts";
import { iso, successRate } from "../status/refresh-figures.ts";
import { phrase } from "../../said/phrase.ts";

/** One account's token, in the words of the services that the gateway takes the place of. It holds no token. */
export interface TokenReport {
  readonly success: true;
  /** What was done. */
  readonly message?: string;
  readonly data: OldTokenStatus;
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

/** As the service that logs in by e-mail and password has it. */
export interface OldTokenStatus {
  readonly hasToken: boolean;
  readonly isValid: boolean;
  /** ISO 8601. */
  readonly expiresAt: string | null;
  /** Milliseconds. */
  readonly timeUntilExpiry: number | null;
  readonly timeUntilExpirySeconds: number | null;
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
    (act: (account: AccountState) => AccountState | Promise<AccountState>, message?: string): Handler =>
    async (request, response) => {
      try {
        if (request.body !== undefined) Fields.none(request.body);
        const named = new Fields(request.query, ["account"]).optionalText("account");
        const account = await act(accountOf(picture.accounts(), named));
        response.json({ ...report(account, clock.now(), secrets), ...(message === undefined ? {} : { message }) });
      } catch (error) {
        if (!(error instanceof Problem) || error.code === "internal") throw error;
        const details = problemDetails(error, secrets);
        const failure: ProblemDetails = { ...details, success: false, error: details.detail };
        response.status(details.status).set(problemHeaders(details)).end(JSON.stringify(failure));
      }
    };

  endpoints.add("/api/token/status", { GET: onAccount((account) => account) });
  endpoints.add("/api/token/refresh", { POST: onAccount(({ id }) => accounts.refreshNow(id), "Token refreshed.") });
  endpoints.add("/api/token", {
    DELETE: onAccount(({ id }) => accounts.signOut(id), "Signed out: the token is gone."),
  });
}

/** @throws Problem `account_not_found` */
function accountOf(all: readonly AccountState[], named: string | undefined): AccountState {
  const account =
    named === undefined
      ? all[0]
      : (all.find(({ id }) => id === named) ?? all.find(({ name }) => name.toLowerCase() === named.toLowerCase()));
  if (account !== undefined) return account;
  throw new Problem("account_not_found", named === undefined ? phrase("no_account_yet") : phrase("no_account_named"), {
    field: "account",
  });
}

function report(account: AccountState, now: number, secrets: Secrets): TokenReport {
  const { id, name, status, token_usable, expires_at, obtained_at, last_success_at, next_refresh_at } = account;
  const left_ms = expires_at === null ? null : Math.max(0, expires_at - now);
  const expires_in = left_ms === null ? null : Math.floor(left_ms / 1000);
  const has_token = obtained_at !== null;
  return {
    success: true,
    account_id: id,
    account: name,
    status,
    has_token,
    is_valid: token_usable,
    expires_at: iso(expires_at),
    expires_in,
    last_token_refresh: iso(last_success_at),
    next_token_refresh: iso(next_refresh_at),
    token_refresh_count: account.refresh_count,
    success_rate: successRate([account]),
    last_error: account.last_error === null ? null : secrets.scrub(account.last_error.message),
    data: {
      hasToken: has_token,
      isValid: token_usable,
      expiresAt: iso(expires_at),
      timeUntilExpiry: left_ms,
      timeUntilExpirySeconds: expires_in,
    },
  };
}
