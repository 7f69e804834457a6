import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { ACCOUNT_VALUES } from "../account.ts";
import type {
  AccountError,
  AccountEvent,
  AccountState,
  DeviceCodeState,
  ExpirySource,
  TokenReason,
  TokenStatus,
} from "../account.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import { isTold } from "../schedule/refusal-retries.ts";
import { isOver, noticeFrom } from "../schedule/refresh-times.ts";
import type { SignInLife, TokenLife } from "../schedule/refresh-times.ts";
import { plannedRefreshAt } from "../schedule/planned-refresh.ts";
import { incidentOf } from "./incident.ts";
import { policyOf } from "../schedule/refresh-policy.ts";
import { toProblem } from "../grant/grant-runner.ts";
import { claimedEnd } from "../answers/token-life.ts";
import { needsBrowser } from "../providers/grants.ts";
import type { Grant } from "../providers/grants.ts";
import type { ProviderCredentials } from "../providers/provider-fields.ts";
import type { Stall } from "../grant/stall.ts";
import { ACCOUNT_COLUMNS } from "../vault/tables/account-columns.ts";
import type { DeviceCode } from "../vault/tables/device-code-table.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { phrase } from "../../said/phrase.ts";

/** A token that can't be renewed. */
export interface StaticToken {
  readonly value: string;
  /** Null where it does not say. */
  readonly expires_at: number | null;
}

export function staticToken({ token }: ProviderCredentials): StaticToken | null {
  return token === undefined ? null : { value: token, expires_at: claimedEnd(token) };
}

/** What is known of an account at a moment, besides its row. */
export interface AccountSituation {
  readonly now: number;
  readonly refreshing: boolean;
  /** The clock differs from the account's cloud's, or stands earlier than a time that this gateway has already seen. */
  readonly clockSuspect: boolean;
  /** Why the disk or the key does not give the account's secrets. */
  readonly unreadable: Problem | null;
  readonly stall: Stall | null;
  readonly configurationProblem: ConfigurationProblem | null;
  /** The cloud's API has refused the newest token. */
  readonly refused: boolean;
  readonly client_secret_set: boolean;
  /** The newest committed token's. */
  readonly life: (TokenLife & SignInLife & { readonly expiry_source: ExpirySource | null }) | null;
  /** The static token that may stand in. */
  readonly fallback: StaticToken | null;
  /** Null for a kind of account that this version does not know. */
  readonly grant: Grant | null;
  readonly provider_label: string;
  readonly has_devices: boolean;
  /** The sign-in on another device that is under way. */
  readonly deviceCode: DeviceCode | null;
  readonly recent: readonly AccountEvent[];
}

/** The account as everybody may see it. Pure: row and situation in, state out. */
export function accountView(row: AccountRow, situation: AccountSituation): AccountState {
  const [status, reason] = statusOf(row, situation);
  const standIn = standsIn(row, situation) ? situation.fallback : null;
  return {
    ...asStored(row),
    provider_label: situation.provider_label,
    has_devices: situation.has_devices,
    grant: situation.grant,
    client_secret_set: situation.client_secret_set,
    status,
    reason,
    obtained_at: situation.life?.obtained_at ?? null,
    expires_at: (standIn ?? situation.life)?.expires_at ?? null,
    expiry_source:
      standIn === null ? (situation.life?.expiry_source ?? null) : standIn.expires_at === null ? null : "jwt",
    next_refresh_at: nextRefreshAt(row, situation),
    token_usable: standIn !== null || isUsable(row, situation),
    refresh_expires_at: situation.life?.refresh_expires_at ?? null,
    sign_in_ends_at: signInEndsAt(row, situation),
    no_token_since_at: standIn === null ? noTokenSince(row, situation) : null,
    last_error: lastError(row, situation),
    ...policyOf(row),
    incident: incidentOf(row),
    device_code: situation.deviceCode === null ? null : shownCode(situation.deviceCode),
    attempts: (row.learned.attempts ?? []).map(({ url, format, outcome, message, at }) => ({
      url,
      format,
      outcome,
      message,
      at,
    })),
    recent: situation.recent,
  };
}

/** Not the secret that stands behind it. */
function shownCode({ user_code, verification_uri, verification_uri_complete, ends_at }: DeviceCode): DeviceCodeState {
  return { user_code, verification_uri, verification_uri_complete, expires_at: ends_at };
}

/** The values that are shown as they are stored, under the same name. */
type StoredValue = {
  [Name in keyof AccountState & keyof AccountRow]: AccountRow[Name] extends AccountState[Name] ? Name : never;
}[keyof AccountState & keyof AccountRow];

const STORED_VALUES = Object.keys(ACCOUNT_VALUES).filter((name): name is StoredValue => name in ACCOUNT_COLUMNS);

function asStored(row: AccountRow): Pick<AccountRow, StoredValue> {
  return Object.fromEntries(STORED_VALUES.map((name) => [name, row[name]])) as Pick<AccountRow, StoredValue>;
}

/** Nobody is signed in: a leftover token is not used. */
export function isSignedOut({ sign_in_reason }: Pick<AccountRow, "sign_in_reason">): boolean {
  return sign_in_reason === "signed_out" || sign_in_reason === "never_signed_in";
}

/** A token is used as long as it lives and is taken, whatever has become of the sign-in that it came from. */
function isUsable(row: AccountRow, { life, refused, now }: AccountSituation): boolean {
  return life !== null && !refused && !isOver(life, now) && !isSignedOut(row);
}

/** Null while nobody needs to know, and where nobody signs in. */
function signInEndsAt({ sign_in_reason }: AccountRow, { life, grant, now }: AccountSituation): number | null {
  if (life === null || sign_in_reason !== null || grant === null || !needsBrowser({ grant })) return null;
  const from = noticeFrom(life);
  return from === null || now < from ? null : life.refresh_expires_at;
}

/** How long an outage lasts before somebody should look for its cause. */
const LONG_OUTAGE_MS = 6 * 3_600_000;

/** Null while the token lives: until then nothing is missing. Where refreshes are a person's matter nobody waits for one. */
function noTokenSince(row: AccountRow, { life, now }: AccountSituation): number | null {
  const { failing_since_at: since, last_error_class, automatic_refresh } = row;
  if (since === null || last_error_class !== "transient" || automatic_refresh === 0) return null;
  return now - since >= LONG_OUTAGE_MS && (life === null || isOver(life, now)) ? since : null;
}

/** After a stall the procedure is run again soon, whatever was planned: the journal may hold a newer token. */
function nextRefreshAt(row: AccountRow, { stall, life, now }: AccountSituation): number | null {
  if (stall !== null) return stall.until;
  return row.automatic_refresh === 1 ? plannedRefreshAt(row, life, now) : null;
}

/** What needs attention comes before what does not. */
function statusOf(row: AccountRow, situation: AccountSituation): [TokenStatus, TokenReason | null] {
  if (situation.unreadable !== null) {
    return ["store_failed", situation.unreadable.code === "key_wrong" ? "key_wrong" : null];
  }
  if (situation.stall !== null && situation.stall.problem.code !== "internal") return ["store_failed", null];
  if (situation.configurationProblem !== null) return ["misconfigured", null];
  if (row.sign_in_reason !== null) return ["sign_in_needed", row.sign_in_reason];
  if (isMisconfigured(row)) return ["misconfigured", row.last_error_reason];
  if (situation.refreshing) return ["refreshing", null];
  if (situation.grant === "static" && situation.life !== null && !isOver(situation.life, situation.now))
    return ["static", null];
  if (row.automatic_refresh === 0) return ["paused", "automatic_refresh_off"];
  if (standsIn(row, situation)) return ["static", row.last_error_reason];
  if (row.consecutive_failures > 0) return ["retrying", row.last_error_reason];
  if (situation.stall !== null) return ["retrying", null];
  // What does not work, or is switched off, comes first: with a wrong clock alone everything works.
  if (situation.clockSuspect) return ["clock_suspect", null];
  if (row.next_refresh_at !== null && row.next_refresh_at <= situation.now) return ["due", null];
  if (situation.life !== null && isOver(situation.life, situation.now)) return ["due", null];
  return ["fresh", null];
}

/** A refusal may be an outage until it is confirmed; one that is not retried by itself needs attention at once. */
function isMisconfigured(row: AccountRow): boolean {
  return row.last_error_class === "configuration" && (row.next_refresh_at === null || isTold(row, row.refusals));
}

/** No login works, and the token of the last one is over. */
function standsIn({ consecutive_failures, sign_in_reason }: AccountRow, situation: AccountSituation): boolean {
  const { life, fallback, now } = situation;
  if (fallback === null || isOver(fallback, now) || consecutive_failures === 0 || sign_in_reason !== null) return false;
  return life === null || isOver(life, now);
}

function lastError(row: AccountRow, situation: AccountSituation): AccountError | null {
  if (situation.stall !== null && situation.stall.problem.code !== "internal") {
    const { problem, at } = situation.stall;
    return { class: "transient", code: problem.code, message: problem.message, at };
  }
  if (situation.unreadable !== null) {
    const { code, message } = situation.unreadable;
    return { class: "configuration", code, message, at: row.last_success_at ?? row.changed_at };
  }
  if (situation.configurationProblem !== null) {
    const { message } = situation.configurationProblem;
    return { class: "configuration", code: "settings_invalid", message, at: row.changed_at };
  }
  const { last_error_class, last_error_code, last_error_message, last_error_at } = row;
  if (last_error_class === null || last_error_code === null || last_error_message === null || last_error_at === null) {
    return null;
  }
  return { class: last_error_class, code: last_error_code, message: last_error_message, at: last_error_at };
}

/** Why no token of the account can be had, as the person's problem. */
export function cannotServe(account: {
  readonly row: AccountRow;
  readonly state: AccountState;
  readonly stall: Stall | null;
}): Problem {
  const { row, state, stall } = account;
  if (state.status === "sign_in_needed") {
    return new Problem("sign_in_needed", phrase("account_signed_out", { name: row.name }));
  }
  if (state.status === "misconfigured") {
    const message = state.last_error?.message ?? phrase("account_misconfigured", { name: row.name });
    return new Problem("misconfigured", message);
  }
  if (state.status === "paused") {
    return new Problem("refresh_paused", phrase("account_paused", { name: row.name }));
  }
  if (stall !== null) return toProblem(stall.problem);
  if (state.status === "store_failed") {
    const message = state.last_error?.message ?? phrase("account_unreadable", { name: row.name });
    return new Problem("store_failed", message);
  }
  const message = row.last_error_message ?? phrase("account_no_token", { name: row.name });
  return new Problem(codeBetweenAttempts(row), message, { retryable: true });
}

/** A grant that may be dead is no trouble of the cloud, which has answered. */
function codeBetweenAttempts({ last_error_class, last_error_reason: reason }: AccountRow): ProblemCode {
  if (last_error_class === "dead_grant") return "sign_in_needed";
  if (last_error_class === "configuration") return "misconfigured";
  return reason === "cloud_unreachable" || reason === "rate_limited" ? reason : "cloud_error";
}
