import process from "node:process";
import type { ClientDesk } from "../../broker/broker.ts";
import type { Fetches } from "../../broker/relay.ts";
import type { Clock } from "../../clock.ts";
import { CLOCK_SUSPECT, TOKEN_STATUSES, needsAttention } from "../../keeper/account.ts";
import type { AccountState } from "../../keeper/account.ts";
import type { Secrets } from "../../log.ts";
import type { ProblemCode } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { lockWarning } from "./lock-warning.ts";
import { iso, successRate } from "./refresh-figures.ts";
import type { Worded } from "../../said/said.ts";

export interface HealthProblem extends Worded {
  /** The account's name, if it is an account's problem. */
  readonly account?: string;
  readonly code: ProblemCode;
}

/** The account's token status, or what no longer works, whatever the cause. */
export const HEALTH_WARNING_CODES = [...TOKEN_STATUSES, "token_over", "locks_unavailable"] as const;

/** What needs no attention yet, and what does not work meanwhile. */
export interface HealthWarning extends Worded {
  readonly account: string;
  readonly code: (typeof HEALTH_WARNING_CODES)[number];
}

export interface Health {
  readonly status: "ok" | "person_needed";
  readonly problems: readonly HealthProblem[];
  readonly warnings: readonly HealthWarning[];
  /** ISO 8601; the latest of all accounts. */
  readonly last_token_refresh: string | null;
  /** Of all accounts. */
  readonly token_refresh_count: number;
  /** Of refreshes, in per cent; null before the first. */
  readonly success_rate: number | null;
  /** Of what clients of the broker asked for since the start. */
  readonly last_successful_fetch: string | null;
  readonly total_fetches: number;
  readonly failed_fetches: number;
  readonly uptime_seconds: number;
}

export interface HealthParts {
  readonly picture: LivePicture;
  readonly clients: Pick<ClientDesk, "fetches" | "state">;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** A refresh is late when it should have begun this long ago: the guard starts what was missed every 30 s. */
const LATE_MS = 60_000;

/**
 * `/health/live` says that the process works: it decides on restarts of the container, and a restart signs nobody in.
 */
export function addLivenessEndpoint(endpoints: Endpoints, version: string): void {
  endpoints.add("/health/live", {
    GET: (_request, response) => {
      response.json({ status: "ok", version });
    },
  });
}

/** `/health` says whether anything needs attention, and what may soon. */
export function addHealthEndpoint(endpoints: Endpoints, parts: HealthParts): void {
  endpoints.add("/health", {
    GET: (_request, response) => {
      const health = healthOf(parts);
      response.status(health.status === "ok" ? 200 : 503).json(health);
    },
  });
}

export function healthOf({ picture, clients, clock, secrets }: HealthParts): Health {
  const scrubbed = <T extends { readonly message: string }>(found: readonly T[]): T[] =>
    found.map((each) => ({ ...each, message: secrets.scrub(each.message) }));
  const problems = scrubbed(healthProblems(picture));
  const warnings = scrubbed(picture.accounts().flatMap((account) => accountWarnings(picture, account, clock.now())));
  const status = problems.length === 0 ? "ok" : "person_needed";
  return { status, problems, warnings, ...figures(picture.accounts(), clients.fetches()) };
}

/** In the words of the services that the gateway takes the place of. */
function figures(
  accounts: readonly AccountState[],
  { total, failed, last_success_at }: Fetches,
): Omit<Health, "status" | "problems" | "warnings"> {
  const refreshed = accounts.flatMap(({ last_success_at: at }) => at ?? []);
  return {
    last_token_refresh: iso(refreshed.length === 0 ? null : Math.max(...refreshed)),
    token_refresh_count: accounts.reduce((sum, { refresh_count }) => sum + refresh_count, 0),
    success_rate: successRate(accounts),
    last_successful_fetch: iso(last_success_at),
    total_fetches: total,
    failed_fetches: failed,
    uptime_seconds: Math.floor(process.uptime()),
  };
}

function healthProblems(picture: LivePicture): HealthProblem[] {
  return [
    ...picture.gateway.problems.map(({ message }) => ({ code: "settings_invalid", message }) as const),
    ...picture.accounts().flatMap(accountProblem),
  ];
}

/** What does not recover by itself, or has not for hours: the keeper keeps trying everything else. */
function accountProblem(account: AccountState): HealthProblem[] {
  const { name, status, last_error, no_token_since_at: since } = account;
  if (since !== null && !needsAttention(status)) {
    const why = last_error?.message ?? "the gateway keeps trying.";
    const message = `${name} has no token, and could not get one since ${new Date(since).toISOString()}: ${why}`;
    return [{ account: name, code: "cloud_unreachable", message }];
  }
  switch (status) {
    case "sign_in_needed":
      return [
        { account: name, code: status, message: `${name} needs a sign-in: open the gateway's page and sign in.` },
      ];
    case "misconfigured":
      return [
        {
          account: name,
          code: status,
          message:
            last_error?.message ?? `${name} is not set up correctly: check its client id, secret and redirect URI.`,
        },
      ];
    case "store_failed":
      return [
        {
          account: name,
          code: status,
          message:
            last_error?.message ??
            `The sign-in of ${name} cannot be saved: free some space on the disk of the data folder.`,
        },
      ];
    case "fresh":
    case "due":
    case "refreshing":
    case "retrying":
    case "clock_suspect":
    case "paused":
    case "static":
      return [];
  }
}

/** What may become a problem, while the token is still valid, and what has already stopped working. */
function accountWarnings(picture: LivePicture, account: AccountState, now: number): HealthWarning[] {
  const { name, status, sign_in_ends_at: ends } = account;
  const warn = (code: HealthWarning["code"], message: string | null): HealthWarning[] =>
    message === null ? [] : [{ account: name, code, message }];
  const ending =
    ends === null
      ? null
      : `The sign-in of ${name} ends at ${new Date(ends).toISOString()}, and no refresh extends it: sign in again before then.`;
  return [
    ...warn("token_over", overSentence(account, now)),
    ...warn("locks_unavailable", lockWarning(picture, account)),
    ...warn(status, ending),
    ...refreshWarning(account, now),
  ];
}

/** While the clock can't be right, nobody knows whether a token has expired. */
function overSentence({ name, status, expires_at }: AccountState, now: number): string | null {
  if (expires_at === null || expires_at > now || status === "clock_suspect") return null;
  return `The token of ${name} ended at ${new Date(expires_at).toISOString()}: until there is a new one, the gateway cannot use this account.`;
}

function refreshWarning(account: AccountState, now: number): HealthWarning[] {
  const { name, status, reason, consecutive_failures: failures, last_error } = account;
  const warn = (message: string): HealthWarning[] => [{ account: name, code: status, message }];
  switch (status) {
    case "retrying":
      return warn(
        `${failures === 1 ? "A refresh" : `${failures} refreshes`} of ${name} failed, and its token ${end(account, now)}: ${last_error?.message ?? "the gateway tries again by itself."}`,
      );
    case "clock_suspect":
      return warn(CLOCK_SUSPECT);
    case "paused":
      return warn(`Automatic refresh of ${name} is off, and its token ${end(account, now)}: refresh it by hand.`);
    case "fresh":
    case "due":
      return isLate(account, now)
        ? warn(`The refresh of ${name} is late, and its token ${end(account, now)}: the gateway's log says why.`)
        : [];
    case "static":
      return warn(
        reason === null
          ? `${name} has a token that can't be renewed, and it ${end(account, now)}: replace it in time.`
          : `No login of ${name} works, and its static token, used instead, ${end(account, now)}: ${last_error?.message ?? "the gateway tries again by itself."}`,
      );
    case "refreshing":
    case "sign_in_needed":
    case "misconfigured":
    case "store_failed":
      return [];
  }
}

function isLate({ next_refresh_at, expires_at }: AccountState, now: number): boolean {
  const due = next_refresh_at ?? expires_at;
  return due !== null && due < now - LATE_MS;
}

function end({ expires_at }: AccountState, now: number): string {
  if (expires_at === null) return "has no known end";
  return `${expires_at > now ? "ends" : "ended"} at ${new Date(expires_at).toISOString()}`;
}
