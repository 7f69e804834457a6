import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type { LiveAccounts } from "./live-accounts.ts";
import { nextStall } from "../grant/stall.ts";
import type { Vault } from "../vault/vault.ts";

export interface DelayedWritesOptions {
  readonly vault: Vault;
  readonly accounts: LiveAccounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Writes that failed at the start: the gateway runs on what it has read, shows that, and writes when the disk works again. */
export class DelayedWrites {
  readonly #options: DelayedWritesOptions;
  readonly #waiting: (() => void)[] = [];

  constructor(options: DelayedWritesOptions) {
    this.#options = options;
  }

  /** Writes now, or once the disk works; until then every account is `store_failed`. `write` may be called again. */
  add(write: () => void): void {
    const { accounts, clock, random, log } = this.#options;
    try {
      write();
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      const { code, message } = error;
      if (this.#waiting.length === 0) log.error(message, { code, error });
      this.#waiting.push(write);
      const failure = { code, message, retryable: true };
      for (const { row } of accounts.all()) {
        accounts.stall(row.id, nextStall(null, failure, null, clock.now(), random.fraction()));
      }
    }
  }

  /** Writes what waits, in order. Returns the accounts that have recovered. */
  retry(): string[] {
    if (this.#waiting.length === 0) return [];
    const { accounts, vault, log } = this.#options;
    try {
      for (const write of this.#waiting) write();
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      return [];
    }
    this.#waiting.length = 0;
    log.info("The disk can be written again.");
    const waited = accounts.all().filter(({ stall, refreshing }) => {
      return stall?.problem.code === "store_failed" && stall.token === null && !refreshing;
    });
    for (const { row } of waited) {
      // An open journal may hold a newer token: its own flight takes that up.
      if (!vault.journal.isOpen(row.id)) accounts.endStall(row.id);
    }
    return waited.map(({ row }) => row.id);
  }
}

function isStoreFailure(error: unknown): error is Problem {
  return error instanceof Problem && error.code === "store_failed";
}
