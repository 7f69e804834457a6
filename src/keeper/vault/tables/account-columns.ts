import type { AccountOwner, FailureClass, IncidentKind, TokenReason } from "../../account.ts";
import type { Learned, StoredSettings } from "../../providers/provider-fields.ts";
import { isSignIn } from "./attempt.ts";
import type { Attempt, FailureRecord, GrantedToken } from "./attempt.ts";

/** An account as it is stored, without its secrets. */
export interface AccountRow {
  readonly id: string;
  readonly provider: string;
  readonly owner: AccountOwner;
  readonly name: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly settings: StoredSettings;
  readonly learned: Learned;
  readonly automatic_refresh: 0 | 1;
  readonly refresh_buffer_ms: number | null;
  readonly refresh_buffer_share: number | null;
  readonly idle_interval_ms: number | null;
  /** 1 where the page set these four, so that what the options wish for all accounts does not count. */
  readonly refresh_policy_set: 0 | 1;
  /** When the options stopped naming it, until somebody says what is to become of it. */
  readonly left_options_at: number | null;
  /** When a person last changed its details. */
  readonly changed_at: number;
  readonly cloud_user: string | null;
  /** Of the newest token that was ever committed; 0 before the first. Never falls. */
  readonly generation: number;
  /** Why a person must sign in; null while the grant is good. */
  readonly sign_in_reason: TokenReason | null;
  readonly next_refresh_at: number | null;
  readonly last_success_at: number | null;
  readonly last_attempt_at: number | null;
  readonly last_error_class: FailureClass | null;
  readonly last_error_code: string | null;
  readonly last_error_message: string | null;
  readonly last_error_reason: TokenReason | null;
  readonly last_error_at: number | null;
  readonly consecutive_failures: number;
  /** When the first of them was. */
  readonly failing_since_at: number | null;
  /** How often in a row the cloud has refused the grant itself: an outage may look like this once, and once more. */
  readonly refusals: number;
  readonly refresh_count: number;
  readonly failure_count: number;
  /** Of the latest incident; 0 before the first. */
  readonly incident_number: number;
  readonly incident_kind: IncidentKind | null;
  readonly incident_opened_at: number | null;
  readonly incident_closed_at: number | null;
}

/** What is encrypted, and read for itself. */
interface SealedColumns {
  readonly sealed_client_secret: Buffer;
  readonly sealed_credentials: Buffer | null;
}

/** What the columns hear of: a call to the token endpoint begins, brings a token, or fails. */
export interface AccountOccasions {
  readonly begun: Attempt;
  readonly granted: GrantedToken;
  readonly failed: FailureRecord;
}

/** What an account's value is after each; what is not named leaves it as it is. `before` is the account as it was. */
export type AccountReactions<Value> = {
  readonly [Name in keyof AccountOccasions]?: (what: AccountOccasions[Name], before: AccountRow) => Value;
};

/**
 * How a value of an account is stored, and what becomes of it. Where no occasion writes it, whoever sets it does
 * (`account-table.ts`, `configuration-table.ts`).
 */
export interface AccountColumn<Value> extends AccountReactions<Value> {
  /** The version of the schema that brings it: a new column belongs to the next one. */
  readonly since: number;
  /** The column's type, with a default for the accounts that are there. Never edited once released. */
  readonly sql: string;
  /** What it is while nothing is wrong: after a granted token, and when what went wrong counts no more. */
  readonly withoutError?: Value & (number | null);
  /** What it is when the account's tokens are its own no more: after a sign-out, or with another client. */
  readonly withoutGrant?: Value & (number | null);
}

type AccountColumns = {
  readonly [Name in keyof AccountRow]: AccountColumn<AccountRow[Name]>;
} & { readonly [Name in keyof SealedColumns]: AccountColumn<SealedColumns[Name]> };

/** The columns of the table `account`, each with all that is to be known of it. `*_at` are epoch milliseconds. */
export const ACCOUNT_COLUMNS: AccountColumns = {
  id: { since: 1, sql: "TEXT PRIMARY KEY" },
  provider: { since: 1, sql: "TEXT NOT NULL" },
  owner: { since: 1, sql: "TEXT NOT NULL CHECK (owner IN ('options', 'page'))" },
  name: { since: 1, sql: "TEXT NOT NULL" },
  client_id: { since: 1, sql: "TEXT NOT NULL" },
  sealed_client_secret: { since: 1, sql: "BLOB NOT NULL" },
  redirect_uri: { since: 1, sql: "TEXT NOT NULL" },
  // What a person says of an account beside its client, and the secrets among it; what was found out about its cloud.
  settings: { since: 4, sql: "TEXT NOT NULL DEFAULT '{}'" },
  sealed_credentials: { since: 4, sql: "BLOB" },
  learned: { since: 4, sql: "TEXT NOT NULL DEFAULT '{}'" },
  automatic_refresh: { since: 1, sql: "INTEGER NOT NULL DEFAULT 1 CHECK (automatic_refresh IN (0, 1))" },
  refresh_buffer_ms: { since: 1, sql: "INTEGER" },
  refresh_buffer_share: { since: 2, sql: "REAL" },
  idle_interval_ms: { since: 2, sql: "INTEGER" },
  refresh_policy_set: { since: 2, sql: "INTEGER NOT NULL DEFAULT 0 CHECK (refresh_policy_set IN (0, 1))" },
  left_options_at: { since: 8, sql: "INTEGER" },
  changed_at: { since: 1, sql: "INTEGER NOT NULL" },
  cloud_user: { since: 1, sql: "TEXT", granted: ({ cloud_user }, before) => cloud_user ?? before.cloud_user },
  generation: { since: 1, sql: "INTEGER NOT NULL DEFAULT 0", granted: ({ generation }) => generation },
  sign_in_reason: {
    since: 1,
    sql: "TEXT DEFAULT 'never_signed_in'",
    granted: () => null,
    failed: ({ sign_in_reason }, before) => sign_in_reason ?? before.sign_in_reason,
  },
  next_refresh_at: {
    since: 1,
    sql: "INTEGER",
    granted: ({ next_refresh_at }) => next_refresh_at,
    failed: ({ next_refresh_at }) => next_refresh_at,
    withoutGrant: null,
  },
  last_success_at: { since: 1, sql: "INTEGER", granted: ({ event }) => event.at },
  last_attempt_at: { since: 1, sql: "INTEGER", begun: whenBegun },
  last_error_class: { since: 1, sql: "TEXT", failed: (failure) => failure.class, withoutError: null },
  last_error_code: { since: 1, sql: "TEXT", failed: ({ code }) => code, withoutError: null },
  last_error_message: { since: 1, sql: "TEXT", failed: ({ message }) => message, withoutError: null },
  last_error_reason: { since: 1, sql: "TEXT", failed: ({ reason }) => reason, withoutError: null },
  last_error_at: { since: 1, sql: "INTEGER", failed: ({ event }) => event.at, withoutError: null },
  consecutive_failures: {
    since: 1,
    sql: "INTEGER NOT NULL DEFAULT 0",
    failed: (_failure, before) => before.consecutive_failures + 1,
    withoutError: 0,
  },
  refresh_count: {
    since: 1,
    sql: "INTEGER NOT NULL DEFAULT 0",
    granted: ({ attempt }, before) => before.refresh_count + (isFirst(attempt) ? 0 : 1),
  },
  failure_count: {
    since: 1,
    sql: "INTEGER NOT NULL DEFAULT 0",
    failed: (_failure, before) => before.failure_count + 1,
  },
  incident_number: { since: 2, sql: "INTEGER NOT NULL DEFAULT 0" },
  incident_kind: { since: 2, sql: "TEXT" },
  incident_opened_at: { since: 2, sql: "INTEGER" },
  incident_closed_at: { since: 2, sql: "INTEGER" },
  refusals: { since: 3, sql: "INTEGER NOT NULL DEFAULT 0", failed: ({ refusals }) => refusals, withoutError: 0 },
  failing_since_at: {
    since: 7,
    sql: "INTEGER",
    failed: ({ event }, before) => before.failing_since_at ?? before.last_error_at ?? event.at,
    withoutError: null,
  },
};

/** Asking every few seconds whether a person has entered a code is no attempt to renew anything. */
function whenBegun({ grant_type, intent_at }: Attempt, { last_attempt_at }: AccountRow): number | null {
  return grant_type === "device_code" ? last_attempt_at : intent_at;
}

/** It begins something, and renews nothing. */
function isFirst(attempt: Attempt): boolean {
  return isSignIn(attempt) || attempt.generation === 0;
}
