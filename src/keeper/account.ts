import type { AccountField, ProviderCredentials, ProviderSettings } from "./providers/provider-fields.ts";

/**
 * What the rest of the house may know of an account: no secret in here. Property names are the ones of the API, the
 * link and the database. `*_at` are epoch milliseconds of the wall clock; null means "not known" or "never".
 */
export const TOKEN_STATUSES = [
  "fresh",
  "due",
  "refreshing",
  "retrying",
  "sign_in_needed",
  "misconfigured",
  "store_failed",
  "clock_suspect",
  "paused",
  "static",
] as const;
export type TokenStatus = (typeof TOKEN_STATUSES)[number];

/**
 * The statuses that an account leaves only when somebody acts; `sign_in_ending`: all is well, but somebody should sign in
 * again before the sign-in ends; and `no_token`: the gateway keeps trying, but has had no token for so long that somebody
 * should look for the cause.
 */
export const INCIDENT_KINDS = [
  "sign_in_needed",
  "misconfigured",
  "store_failed",
  "sign_in_ending",
  "no_token",
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** The explanation of `clock_suspect`, wherever it is shown. */
export const CLOCK_SUSPECT =
  "This machine's clock and the cloud's differ by more than an hour, or this machine's clock is set to the past: check its date and time. Tokens are still refreshed; the times that are shown may be wrong.";

export function needsAttention(status: TokenStatus): boolean {
  return INCIDENT_KINDS.some((kind) => kind === status);
}

/** What needs attention now; null while nothing does. */
export function incidentKind({ status, sign_in_ends_at, no_token_since_at }: SignInState): IncidentKind | null {
  const kind = INCIDENT_KINDS.find((kind) => kind === status);
  if (kind !== undefined) return kind;
  if (no_token_since_at !== null) return "no_token";
  return sign_in_ends_at === null ? null : "sign_in_ending";
}

export type SignInState = Pick<AccountState, "status" | "sign_in_ends_at" | "no_token_since_at">;

/**
 * A period in which the account needs attention. Its number outlives restarts of the gateway, so that people are notified
 * once: of a new number, and of its end.
 */
export interface AccountIncident {
  /** Counts the account's incidents. */
  readonly number: number;
  readonly kind: IncidentKind;
  readonly opened_at: number;
  /** Null while it lasts. */
  readonly closed_at: number | null;
}

export const TOKEN_REASONS = [
  "never_signed_in",
  "signed_out",
  "grant_dead",
  "other_user",
  "restored_backup",
  "key_wrong",
  "client_refused",
  "cloud_unreachable",
  "cloud_error",
  "rate_limited",
  "automatic_refresh_off",
] as const;
export type TokenReason = (typeof TOKEN_REASONS)[number];

/** transient: try again. configuration: a person must change something. dead_grant: a person must sign in. */
export type FailureClass = "transient" | "configuration" | "dead_grant";

export interface AccountError {
  readonly class: FailureClass;
  /** Stable, snake_case: the OAuth error where the cloud sent one, else the kind of failure (`timeout`, `http_500`, ...). */
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly at: number;
}

/** Who owns the account's settings: the options (or environment), or the page. */
export type AccountOwner = "options" | "page";

/** When an account's token is refreshed, as far as people can set it. */
export interface RefreshPolicy {
  /** False: nothing is called until a person asks for it. */
  readonly automatic_refresh: boolean;
  /** Refresh this long before expiry; null where nobody set it. */
  readonly refresh_buffer_ms: number | null;
  /** The same as a share (0 to 1) of the token's life. At most one of the two is set. */
  readonly refresh_buffer_share: number | null;
  /** Refresh at least this often; null: as often as the provider needs it. */
  readonly idle_interval_ms: number | null;
}

/**
 * How the end of a token is known: from the answer, from the token's own claims, by the provider's usual life, or by the
 * refusal of an earlier one, which came long before the end that the cloud had told.
 */
export const EXPIRY_SOURCES = ["answer", "jwt", "default", "refusal"] as const;
export type ExpirySource = (typeof EXPIRY_SOURCES)[number];

/** An account's health and its settings: the one type that the API, the live feed, the metrics and Home Assistant share. */
export interface AccountState extends RefreshPolicy {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly owner: AccountOwner;
  readonly client_id: string;
  readonly client_secret_set: boolean;
  readonly redirect_uri: string;
  /** The cloud's name or id for the person who signed in. */
  readonly cloud_user: string | null;
  readonly status: TokenStatus;
  readonly reason: TokenReason | null;
  readonly generation: number;
  readonly obtained_at: number | null;
  readonly expires_at: number | null;
  /** Null without a token, and for one that was stored before this was kept. */
  readonly expiry_source: ExpirySource | null;
  /** There is an access token that lives and that the cloud has not refused: it is used, whatever the status says. */
  readonly token_usable: boolean;
  /** When the next refresh (or retry) is planned. */
  readonly next_refresh_at: number | null;
  readonly refresh_expires_at: number | null;
  /** The same, once people should know: no refresh has extended it, and it is near. */
  readonly sign_in_ends_at: number | null;
  /** Since when refreshes have failed, once people should know: for hours, and the token has ended. */
  readonly no_token_since_at: number | null;
  readonly last_success_at: number | null;
  readonly last_attempt_at: number | null;
  readonly last_error: AccountError | null;
  readonly consecutive_failures: number;
  readonly refresh_count: number;
  readonly failure_count: number;
  /** The latest one; null before the first. */
  readonly incident: AccountIncident | null;
  /** The latest token events, oldest first, at most 40: the row of marks under the token's bar. */
  readonly recent: readonly AccountEvent[];
}

/** `adopted`: what an interrupted refresh was granted, taken from the journal. `recovered`: refreshed after failures. */
export const ACCOUNT_EVENT_KINDS = [
  "signed_in",
  "refreshed",
  "recovered",
  "adopted",
  "retried",
  "failed",
  "signed_out",
] as const;
export type AccountEventKind = (typeof ACCOUNT_EVENT_KINDS)[number];

export interface AccountEvent {
  readonly at: number;
  readonly kind: AccountEventKind;
  readonly generation: number;
  /** Failure class and code, for `retried` and `failed`. */
  readonly class: FailureClass | null;
  readonly code: string | null;
  /** One sentence for a person. */
  readonly message: string;
}

/** A committed access token. `value` is a secret: it goes into an Authorization header and nowhere else. */
export interface AccessToken {
  readonly value: string;
  /** 0: the static token that stands in while no other can be had. */
  readonly generation: number;
  /** Epoch ms, or null where the cloud did not say and nothing could be derived. */
  readonly expires_at: number | null;
}

/** What a client of a cloud's API needs of the keeper. */
export interface TokenSource {
  /**
   * The newest committed token. Waits for a running refresh only in the token's last 30 s.
   * @throws Problem `account_not_found`, `sign_in_needed`, `misconfigured`, `cloud_unreachable`, `store_failed`
   */
  getToken(account_id: string): Promise<AccessToken>;
  /**
   * The cloud refused the token of `generation`. Refreshes once, unless a newer generation is already there, and
   * returns the newest token.
   * @throws as getToken
   */
  invalidate(account_id: string, generation: number): Promise<AccessToken>;
}

/** What a person enters of an account with an OAuth client. The keeper trims and validates all of it. */
export interface ClientDetails {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
}

/**
 * What a person enters of an account at another cloud: the fields of its provider. The gateway signs in there by itself,
 * but for the authorization code, which needs a browser once.
 */
export interface ProviderDetails extends Partial<Omit<ClientDetails, "name">>, ProviderSettings, ProviderCredentials {
  readonly provider: string;
  readonly name: string;
}

/** What the page may change of an account. */
export type AccountChange = Partial<ClientDetails & RefreshPolicy>;

/** What else may be changed of an account at another cloud: whatever its provider has. An empty text takes it away. */
export type ProviderChange = Partial<Readonly<Record<Exclude<AccountField, keyof ClientDetails>, string>>>;

/** The newest token of an account that was reported to somebody outside the gateway. */
export interface ReportedGeneration {
  readonly generation: number;
  /** When it was granted (epoch ms), where the witness knows. */
  readonly last_success_at: number | null;
}

/** Compares the accounts with what was reported of them elsewhere: a database that knows less is an older copy. */
export interface GenerationCheck {
  /** By account id; ids that the keeper does not know are passed over. Never throws. */
  checkGenerations(reported: ReadonlyMap<string, ReportedGeneration>): void;
}

/** What the page, the API and Home Assistant may ask of the keeper. Every rejection is a Problem. */
export interface AccountDesk {
  /** @throws Problem `bad_request` with `field`, `account_exists` */
  addAccount(details: ClientDetails | ProviderDetails): AccountState;
  /** @throws Problem `account_not_found`, `account_owned_by_options`, `bad_request` with `field` */
  updateAccount(account_id: string, change: AccountChange & ProviderChange): AccountState;
  /** Signs out and forgets the account. @throws Problem `account_not_found`, `account_owned_by_options` */
  removeAccount(account_id: string): Promise<void>;
  /** The cloud's sign-in page for this account, with a fresh `state`. @throws Problem `account_not_found`, `misconfigured` */
  authorise(account_id: string): { readonly url: string };
  /**
   * Ends a sign-in with what the person pasted (the redirected URL, or the bare code) or with the redirect itself.
   * Without `account_id` the `state` in the URL tells the account.
   * @throws Problem `callback_without_code`, `callback_of_another_sign_in`, `sign_in_refused`, `code_refused`,
   * `client_refused`, `other_user`, `cloud_unreachable`, `cloud_error`, `cloud_answer_unreadable`, `account_not_found`
   */
  exchange(callback_url: string, account_id?: string): Promise<AccountState>;
  /** Joins a running refresh. @throws Problem `rate_limited`, `sign_in_needed`, `misconfigured`, `cloud_unreachable`, ... */
  refreshNow(account_id: string): Promise<AccountState>;
  /** Drops the grant, keeps the account. @throws Problem `account_not_found` */
  signOut(account_id: string): Promise<AccountState>;
  /** The last 200, oldest first. @throws Problem `account_not_found` */
  events(account_id: string): AccountEvent[];
}
