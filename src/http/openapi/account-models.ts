import {
  ACCOUNT_EVENT_KINDS,
  EXPIRY_SOURCES,
  INCIDENT_KINDS,
  TOKEN_REASONS,
  TOKEN_STATUSES,
} from "../../keeper/account.ts";
import type {
  AccountError,
  AccountEvent,
  AccountIncident,
  AccountOwner,
  AccountState,
  FailureClass,
} from "../../keeper/account.ts";
import { refreshPolicy } from "./refresh-policy.ts";
import { count, described, eachOf, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";

const failureClass = eachOf<FailureClass>({ transient: true, configuration: true, dead_grant: true });

/** The models of accounts, by name. */
export const accountModels = {
  Account: object<AccountState>({
    id: text,
    provider: text,
    name: text,
    owner: described(
      eachOf<AccountOwner>({ options: true, page: true }),
      "Who owns the settings: the add-on's options, or the page.",
    ),
    client_id: text,
    client_secret_set: flag,
    redirect_uri: text,
    cloud_user: nullable(text),
    status: oneOf(TOKEN_STATUSES),
    reason: nullable(oneOf(TOKEN_REASONS)),
    generation: count,
    obtained_at: nullable(time),
    expires_at: nullable(time),
    expiry_source: described(
      nullable(oneOf(EXPIRY_SOURCES)),
      "How the end is known: from the answer, from the token's own claims, from the usual life of the provider's tokens, or because an earlier token was refused long before its announced end.",
    ),
    token_usable: described(
      flag,
      "There is an access token that has not expired and that the cloud has not refused: it is used, whatever the status.",
    ),
    next_refresh_at: nullable(time),
    refresh_expires_at: nullable(time),
    sign_in_ends_at: described(
      nullable(time),
      "The refresh token's end, once people should know of it: it is near, and no refresh has extended it.",
    ),
    no_token_since_at: described(
      nullable(time),
      "Since when refreshes have failed, once people should know of it: for six hours, and the token has expired.",
    ),
    last_success_at: nullable(time),
    last_attempt_at: nullable(time),
    last_error: nullable(object<AccountError>({ class: failureClass, code: text, message: text, at: time })),
    consecutive_failures: count,
    refresh_count: count,
    failure_count: count,
    ...refreshPolicy,
    incident: described(
      nullable(
        object<AccountIncident>({
          number: count,
          kind: oneOf(INCIDENT_KINDS),
          opened_at: time,
          closed_at: nullable(time),
        }),
      ),
      "The latest period in which the account needed attention; closed_at is null while it lasts.",
    ),
    recent: described(listOf(named("AccountEvent")), "The latest events, oldest first, at most 40."),
  }),
  AccountEvent: object<AccountEvent>({
    at: time,
    kind: oneOf(ACCOUNT_EVENT_KINDS),
    generation: count,
    class: nullable(failureClass),
    code: nullable(text),
    message: text,
  }),
};
