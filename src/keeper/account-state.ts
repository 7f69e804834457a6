import { GRANTS } from "./providers/grants.ts";
import type { Worded } from "../said/said.ts";

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
export const FAILURE_CLASSES = ["transient", "configuration", "dead_grant"] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface AccountError extends Worded {
  readonly class: FailureClass;
  /** Stable, snake_case: the OAuth error where the cloud sent one, else the kind of failure (`timeout`, `http_500`, ...). */
  readonly code: string;
  readonly at: number;
}

/**
 * A sign-in on another device that is under way: what the person opens and enters there. Null, all but its end, for those
 * who may not act.
 */
export interface DeviceCodeState {
  readonly user_code: string | null;
  /** Where the code is entered. */
  readonly verification_uri: string | null;
  /** The same with the code in it, for a QR code; null where the cloud gives none. */
  readonly verification_uri_complete: string | null;
  readonly expires_at: number;
}

/** Who owns the account's settings: the options (or environment), or the page. */
export const ACCOUNT_OWNERS = ["options", "page"] as const;
export type AccountOwner = (typeof ACCOUNT_OWNERS)[number];

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

export interface AccountEvent extends Worded {
  readonly at: number;
  readonly kind: AccountEventKind;
  readonly generation: number;
  /** Failure class and code, for `retried` and `failed`. */
  readonly class: FailureClass | null;
  readonly code: string | null;
}

/** How a login is asked: JSON with an e-mail address or a user name, a form, or a form with a client's id and secret. */
export const LOGIN_FORMATS = ["json_email", "json_username", "form", "client_credentials"] as const;
export type LoginFormat = (typeof LOGIN_FORMATS)[number];

/**
 * What came of one try of the search for a login. `refused`: the user name or the password is wrong; `other_format`: it
 * wants to be asked otherwise; `no_login`: there is none at this address; `outage`: it is asked again later;
 * `unanswered`: it is being asked, or an interruption has lost its answer.
 */
export const LOGIN_OUTCOMES = ["accepted", "refused", "other_format", "no_login", "outage", "unanswered"] as const;
export type LoginOutcome = (typeof LOGIN_OUTCOMES)[number];

export interface LoginAttempt extends Worded {
  readonly url: string;
  readonly format: LoginFormat;
  readonly outcome: LoginOutcome;
  readonly at: number;
}

/** What a value of each kind is; beside these, a list of words is one of them. */
interface ValueKinds {
  readonly text: string;
  readonly flag: boolean;
  readonly count: number;
  /** Epoch milliseconds of the wall clock. */
  readonly time: number;
  readonly number: number;
  readonly error: AccountError;
  readonly incident: AccountIncident;
  readonly events: readonly AccountEvent[];
  readonly device_code: DeviceCodeState;
  readonly attempts: readonly LoginAttempt[];
}

export interface AccountValue {
  readonly kind: keyof ValueKinds | readonly string[];
  /** It may be null: not known, or never. */
  readonly nullable?: true;
  /** For those who read the API. */
  readonly description?: string;
}

/**
 * An account's health and its settings, value by value: from here come the type that the API, the live feed, the metrics
 * and Home Assistant share, and the API's document.
 */
export const ACCOUNT_VALUES = {
  id: { kind: "text" },
  provider: { kind: "text" },
  provider_label: { kind: "text", description: "The provider's name for people." },
  has_devices: { kind: "flag", description: "Devices are looked for with it; else it is there for its tokens." },
  grant: {
    kind: GRANTS,
    nullable: true,
    description: "How it gets its tokens. Null for a kind of account that this version does not know.",
  },
  name: { kind: "text" },
  owner: { kind: ACCOUNT_OWNERS, description: "Who owns the settings: the add-on's options, or the page." },
  left_options_at: {
    kind: "time",
    nullable: true,
    description:
      "When the options stopped naming the account; it goes on as the page's. Null once somebody said to keep it.",
  },
  client_id: { kind: "text" },
  client_secret_set: { kind: "flag" },
  redirect_uri: { kind: "text" },
  cloud_user: {
    kind: "text",
    nullable: true,
    description: "The cloud's name or id for the person who signed in.",
  },
  status: { kind: TOKEN_STATUSES },
  reason: { kind: TOKEN_REASONS, nullable: true },
  generation: { kind: "count" },
  obtained_at: { kind: "time", nullable: true },
  expires_at: { kind: "time", nullable: true },
  // Null without a token, and for one that was stored before this was kept.
  expiry_source: {
    kind: EXPIRY_SOURCES,
    nullable: true,
    description:
      "How the end is known: from the answer, from the token's own claims, from the usual life of the provider's tokens, or because an earlier token was refused long before its announced end.",
  },
  token_usable: {
    kind: "flag",
    description:
      "There is an access token that has not expired and that the cloud has not refused: it is used, whatever the status.",
  },
  next_refresh_at: { kind: "time", nullable: true, description: "When the next refresh (or retry) is planned." },
  refresh_expires_at: { kind: "time", nullable: true },
  sign_in_ends_at: {
    kind: "time",
    nullable: true,
    description: "The refresh token's end, once people should know of it: it is near, and no refresh has extended it.",
  },
  no_token_since_at: {
    kind: "time",
    nullable: true,
    description:
      "Since when refreshes have failed, once people should know of it: for six hours, and the token has expired.",
  },
  last_success_at: { kind: "time", nullable: true },
  last_attempt_at: { kind: "time", nullable: true },
  last_error: { kind: "error", nullable: true },
  consecutive_failures: { kind: "count" },
  refresh_count: { kind: "count" },
  failure_count: { kind: "count" },
  // The refresh policy.
  automatic_refresh: { kind: "flag" },
  refresh_buffer_ms: { kind: "number", nullable: true },
  refresh_buffer_share: { kind: "number", nullable: true },
  idle_interval_ms: { kind: "number", nullable: true },
  incident: {
    kind: "incident",
    nullable: true,
    description: "The latest period in which the account needed attention; closed_at is null while it lasts.",
  },
  device_code: {
    kind: "device_code",
    nullable: true,
    description:
      "The sign-in on another device that is under way: where the person enters which code, and until when. Null without one; who may not act learns of it no more than its end.",
  },
  attempts: {
    kind: "attempts",
    description:
      "How a login was searched for: what was tried, in which order, and what each said. Empty where nothing is to be found.",
  },
  // The row of marks under the token's bar.
  recent: { kind: "events", description: "The latest events, oldest first, at most 40." },
} as const satisfies Readonly<Record<string, AccountValue>>;

export type AccountState = {
  readonly [Name in keyof typeof ACCOUNT_VALUES]: Held<(typeof ACCOUNT_VALUES)[Name]>;
};

type Held<Value extends AccountValue> = Value extends { readonly nullable: true }
  ? Kind<Value["kind"]> | null
  : Kind<Value["kind"]>;

type Kind<Name extends AccountValue["kind"]> = Name extends keyof ValueKinds
  ? ValueKinds[Name]
  : Name extends readonly (infer Word)[]
    ? Word
    : never;
