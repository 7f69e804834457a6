import type { AccountState, DeviceCodeState, LoginAttempt } from "../../../src/keeper/account-state.ts";
import { event } from "../accounts.ts";
import { blankAccount } from "../blank-account.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DAY, HOUR, MINUTE } from "../times.ts";

const LIVES: Readonly<Record<string, number>> = { watttime: 30 * MINUTE, yoto: DAY, login: 2 * HOUR, oauth2: HOUR };

/** An account of another cloud, as it was just added. */
export function added(id: string, provider: string, name: string): AccountState {
  const description = DESCRIPTIONS.find(({ id: known }) => known === provider);
  return {
    ...blankAccount(),
    id,
    provider,
    provider_label: description?.label ?? "",
    grant: description?.grants[0] ?? null,
    name,
    owner: "page",
    status: "refreshing",
    automatic_refresh: true,
  };
}

/** With a token of now. */
export function withToken(account: AccountState, now: number): AccountState {
  const life = LIVES[account.provider] ?? null;
  const generation = account.generation + 1;
  return {
    ...account,
    device_code: null,
    status: life === null ? "static" : "fresh",
    reason: null,
    generation,
    obtained_at: now,
    expires_at: life === null ? null : now + life,
    expiry_source: life === null ? null : "answer",
    token_usable: true,
    next_refresh_at: life === null ? null : now + life * 0.8,
    last_success_at: life === null ? null : now,
    last_attempt_at: now,
    last_error: null,
    recent: [...account.recent, event(now, "signed_in", generation, "Signed in.")],
  };
}

export function refused(account: AccountState, code: string, message: string, now: number): AccountState {
  return {
    ...account,
    status: "misconfigured",
    reason: "client_refused",
    device_code: null,
    last_error: { class: "configuration", code, message, at: now },
    recent: [...account.recent, { ...event(now, "failed", 0, message), class: "configuration", code }],
  };
}

export function waitingForCode(account: AccountState): AccountState {
  return { ...account, status: "sign_in_needed", reason: "never_signed_in" };
}

export function deviceCode(now: number): DeviceCodeState {
  return {
    user_code: "WDJB-MJHT",
    verification_uri: "https://login.example/activate",
    verification_uri_complete: "https://login.example/activate?user_code=WDJB-MJHT",
    expires_at: now + 5 * MINUTE,
  };
}

const TRIED: readonly Omit<LoginAttempt, "at">[] = [
  {
    url: "https://api.example.com/oauth/token",
    format: "json_email",
    outcome: "no_login",
    message: "HTTP 404: there is nothing at this address.",
  },
  {
    url: "https://api.example.com/api/login",
    format: "json_email",
    outcome: "other_format",
    message: "HTTP 400: “username is required”.",
  },
  {
    url: "https://api.example.com/api/login",
    format: "json_username",
    outcome: "accepted",
    message: "It gave a token.",
  },
];

/** What a login that found its way has been through. */
export function attempts(at: number): readonly LoginAttempt[] {
  return TRIED.map((attempt) => ({ ...attempt, at }));
}

const IDS = ["1", "2", "3", "4"].map((digit) => `${digit.repeat(8)}-0b5c-4f0e-9d0a-4d9c2c1b7f10`);

/** One account of each of the other clouds, with its past. */
export function otherAccounts(now: number): readonly AccountState[] {
  const [yoto = "", watttime = "", login = "", token = ""] = IDS;
  return [
    withToken({ ...added(yoto, "yoto", "Yoto"), client_id: "sKm3nE1vG0k" }, now - 9 * HOUR),
    withToken(added(watttime, "watttime", "WattTime"), now - 11 * MINUTE),
    { ...withToken(added(login, "login", "Heat pump"), now - 40 * MINUTE), attempts: attempts(now - 40 * MINUTE) },
    withToken(added(token, "static", "Static token"), now - 3 * DAY),
  ];
}

/** A sign-in on another device that is under way. */
export function codeAccount(now: number): AccountState {
  const [id = ""] = IDS;
  return {
    ...waitingForCode({ ...added(id, "yoto", "Yoto"), client_id: "sKm3nE1vG0k" }),
    device_code: deviceCode(now),
  };
}

/** A login that no address took. */
export function refusedLogin(now: number): AccountState {
  const [, , id = ""] = IDS;
  const message = "The login at api.example.com refused this user name and password.";
  return {
    ...refused(added(id, "login", "Heat pump"), "invalid_grant", message, now),
    attempts: attempts(now).slice(0, 2),
  };
}
