import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import type { AccountReader } from "./account-reader.ts";
import { Cadence } from "./cadence.ts";
import type { UtecClient } from "./client.ts";
import type { CloudHealth } from "./cloud-health.ts";
import type { Fleet } from "./fleet.ts";

export interface AccountPollOptions {
  readonly accountId: string;
  readonly client: UtecClient;
  readonly fleet: Fleet;
  readonly health: CloudHealth;
  readonly reader: AccountReader;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly intervalMs: number;
}

/** Devices come and go when a person ticks them in the U-tec app; for the impatient there is `discover()`. */
const DISCOVERY_INTERVAL_MS = 30 * 60_000;

/** After a command a lock may lock itself again, so it is watched more closely for a while. */
const FAST_INTERVAL_MS = 5000;
const FAST_FOR_MS = 60_000;

/** Follows one account: discovery rarely, one query for all its devices at each interval, less while the cloud fails. */
export class AccountPoll {
  readonly #options: AccountPollOptions;
  readonly #discovery: Cadence;
  readonly #query: Cadence;
  readonly #stopped = new AbortController();
  #cancelTimer = (): void => {};
  #working = false;

  constructor(options: AccountPollOptions) {
    this.#options = options;
    const { clock, random, intervalMs } = options;
    this.#discovery = new Cadence({ clock, random, intervalMs: DISCOVERY_INTERVAL_MS, retryMs: intervalMs });
    this.#query = new Cadence({ clock, random, intervalMs, retryMs: intervalMs });
    this.#schedule();
  }

  /** Nothing is asked after this, and what is under way is given up. */
  stop(): void {
    this.#stopped.abort();
    this.#cancelTimer();
  }

  /** Looks for devices now, and at their states. */
  discover(): void {
    this.#discovery.ask();
    this.#query.ask();
    this.#schedule();
  }

  /** Something has happened to a device: look more often for a minute. */
  soon(): void {
    this.#query.hasten(FAST_INTERVAL_MS, FAST_FOR_MS);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTimer();
    if (this.#working || this.#stopped.signal.aborted) return;
    const dueIn = Math.min(this.#discovery.dueIn, this.#query.dueIn);
    this.#cancelTimer = this.#options.clock.after(dueIn, () => void this.#work());
  }

  async #work(): Promise<void> {
    this.#working = true;
    if (this.#discovery.take()) await this.#attempt(this.#discovery, () => this.#discover());
    if (this.#query.take()) await this.#attempt(this.#query, () => this.#read());
    this.#working = false;
    this.#schedule();
  }

  async #attempt(cadence: Cadence, step: () => Promise<void>): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    try {
      await step();
      cadence.succeeded();
    } catch (error) {
      cadence.failed(error instanceof Problem ? error.retry_after_s : undefined);
      if (this.#stopped.signal.aborted) return;
      const { log, accountId } = this.#options;
      if (error instanceof Problem) log.debug("A poll failed.", { account_id: accountId, code: error.code });
      else log.error("A poll failed by a fault of the gateway.", { account_id: accountId, error });
    }
  }

  async #discover(): Promise<void> {
    const { accountId, client, fleet, health } = this.#options;
    const { signal } = this.#stopped;
    try {
      const records = await client.discover(accountId, signal);
      signal.throwIfAborted();
      health.succeeded(accountId);
      if (records) fleet.discovered(accountId, records);
    } catch (error) {
      if (!signal.aborted) health.failed(accountId, error);
      throw error;
    }
  }

  async #read(): Promise<void> {
    const targets = this.#options.fleet.targets(this.#options.accountId);
    if (targets.length > 0) await this.#options.reader.read(targets);
  }
}
