import type { Clock } from "../../clock.ts";
import { Problem } from "../../problem.ts";
import type { AccessToken, TokenSource } from "../account.ts";
import type { LiveAccounts, LiveAccount } from "../accounts/live-accounts.ts";
import { cannotServe, isSignedOut } from "../accounts/account-view.ts";
import { isOver, readersWaitFrom } from "../schedule/refresh-times.ts";
import type { RefusedTokens } from "../schedule/refused-tokens.ts";
import { toProblem } from "../grant/grant-runner.ts";
import type { GrantJob, GrantRunner } from "../grant/grant-runner.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";
import { phrase } from "../../said/phrase.ts";

/** Hands out committed tokens, and has them replaced when they end or when the cloud refuses them. */
export class TokenReader implements TokenSource {
  readonly #accounts: LiveAccounts;
  readonly #runner: GrantRunner;
  readonly #clock: Clock;
  readonly #refused: RefusedTokens;
  /** By account: the static token that the cloud refused. */
  readonly #refusedFallbacks = new Map<string, string>();

  constructor(accounts: LiveAccounts, runner: GrantRunner, clock: Clock, refused: RefusedTokens) {
    this.#accounts = accounts;
    this.#refused = refused;
    this.#runner = runner;
    this.#clock = clock;
  }

  async getToken(account_id: string): Promise<AccessToken> {
    const entry = this.#accounts.get(account_id);
    if (isSignedOut(entry.row) || !hasBegun(entry)) throw cannotServe(entry);
    const token = this.#unrefused(entry);
    const now = this.#clock.now();
    if (token !== null && now < readersWaitFrom(token)) return accessToken(token);
    if (!this.#mayRefresh(entry)) return this.#fallBack(entry, () => cannotServe(entry));
    const report = await this.#runner.run(refreshJob(entry));
    const after = this.#accounts.get(account_id);
    return this.#fallBack(after, () => ("problem" in report ? toProblem(report.problem) : cannotServe(after)));
  }

  /** The present token while it lasts, else the static one; throws the reason where there is neither. */
  #fallBack(entry: LiveAccount, problem: () => Problem): AccessToken {
    const now = this.#clock.now();
    const token = this.#unrefused(entry);
    if (token !== null && !isOver(token, now)) return accessToken(token);
    const { fallback, row } = entry;
    const usable = fallback !== null && !isOver(fallback, now) && !isSignedOut(row);
    if (usable && this.#refusedFallbacks.get(row.id) !== fallback.value) return { ...fallback, generation: 0 };
    throw problem();
  }

  async invalidate(account_id: string, generation: number): Promise<AccessToken> {
    const { token, row, fallback } = this.#accounts.get(account_id);
    if (generation === 0 && fallback !== null) this.#refusedFallbacks.set(account_id, fallback.value);
    if (token?.generation === generation && !this.#refused.has(row, generation)) {
      const left = this.#refused.pauseLeft(account_id, generation);
      if (left > 0) {
        throw new Problem("cloud_error", phrase("token_refused_again", { name: row.name }), {
          retryable: true,
          retry_after_s: Math.ceil(left / 1000),
        });
      }
      this.#refused.add(account_id, generation);
      this.#accounts.refused(account_id);
      this.#accounts.reload(account_id);
    }
    return this.getToken(account_id);
  }

  /** The account is gone. */
  forget(account_id: string): void {
    this.#refused.forget(account_id);
    this.#refusedFallbacks.delete(account_id);
  }

  /** The newest token, unless the cloud has refused it. */
  #unrefused({ row, token }: LiveAccount): StoredToken | null {
    return token === null || this.#refused.has(row, token.generation) ? null : token;
  }

  /** A flight to join, or one that may be started: not while attention is needed, nor in the pause between two attempts. */
  #mayRefresh({ row, state, refreshing, stall }: LiveAccount): boolean {
    if (refreshing) return true;
    if (row.sign_in_reason !== null || row.automatic_refresh === 0) return false;
    const waiting = row.consecutive_failures > 0 || stall !== null;
    return !waiting || (state.next_refresh_at ?? Infinity) <= this.#clock.now();
  }
}

/** Has the account's present token replaced, whether it is due or not. */
export function refreshJob({ row }: LiveAccount): GrantJob {
  return { kind: "refresh", account_id: row.id, generation: row.generation };
}

/** There is a token, or the gateway gets the first one by itself. */
export function hasBegun({ token, row, state }: LiveAccount): boolean {
  return token !== null || (row.sign_in_reason === null && state.status !== "store_failed");
}

function accessToken(token: StoredToken): AccessToken {
  return { value: token.access_token, generation: token.generation, expires_at: token.expires_at };
}
