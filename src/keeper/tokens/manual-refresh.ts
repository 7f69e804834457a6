import type { Clock } from "../../clock.ts";
import { Problem } from "../../problem.ts";
import type { LiveAccount } from "../accounts/live-accounts.ts";
import { cannotServe, isSignedOut } from "../accounts/account-view.ts";
import { needsBrowser } from "../providers/grants.ts";
import { isOver } from "../schedule/refresh-times.ts";
import type { Provider } from "../providers/provider.ts";
import type { GrantReport, GrantRunner } from "../grant/grant-runner.ts";
import { hasBegun, refreshJob } from "./token-reader.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { phrase } from "../../said/phrase.ts";

/** How long a person must wait between two refreshes of an account. */
const ASKED_PAUSE_MS = 30_000;

/** Refreshes because a person asks for it: joins a running flight, and starts none too often. */
export class ManualRefresh {
  readonly #runner: GrantRunner;
  readonly #clock: Clock;
  /** By account: when a person last asked for a refresh (monotonic). */
  readonly #asked = new Map<string, number>();

  constructor(runner: GrantRunner, clock: Clock) {
    this.#runner = runner;
    this.#clock = clock;
  }

  /** @throws Problem `rate_limited`, `sign_in_needed`, `store_failed`, `bad_request` */
  async run(entry: LiveAccount, provider: Provider): Promise<GrantReport> {
    if (needsSignIn(entry, provider)) throw cannotServe(entry);
    if (isGoodStatic(entry, provider, this.#clock.now())) throw notRenewable(entry);
    if (!entry.refreshing) this.#requirePause(entry.row);
    return this.#runner.run(refreshJob(entry));
  }

  /** The account is gone. */
  forget(account_id: string): void {
    this.#asked.delete(account_id);
  }

  /** @throws Problem `rate_limited` */
  #requirePause(row: AccountRow): void {
    const now = this.#clock.monotonic();
    const left = (this.#asked.get(row.id) ?? -Infinity) + ASKED_PAUSE_MS - now;
    if (left > 0) {
      const retry_after_s = Math.ceil(left / 1000);
      throw new Problem("rate_limited", phrase("refreshed_by_hand", { name: row.name, seconds: retry_after_s }), {
        retryable: true,
        retry_after_s,
      });
    }
    this.#asked.set(row.id, now);
  }
}

/** Only a person at a browser can begin it; where the gateway signs in by itself, asking is a sign-in. */
function needsSignIn(entry: LiveAccount, provider: Provider): boolean {
  if (entry.state.status === "store_failed" && !hasBegun(entry)) return true;
  return (isSignedOut(entry.row) || !hasBegun(entry)) && needsBrowser(provider);
}

/** A token that can't be renewed is not replaced because somebody asked. */
function isGoodStatic({ token, row }: LiveAccount, { grant }: Provider, now: number): boolean {
  return grant === "static" && token !== null && !isOver(token, now) && row.last_error_class === null;
}

function notRenewable({ row: { name } }: LiveAccount): Problem {
  return new Problem("bad_request", phrase("static_not_renewable", { name }));
}
