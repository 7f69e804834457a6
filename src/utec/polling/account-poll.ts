import type { UptimeClock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { AccountReader } from "./account-reader.ts";
import { PollSchedule } from "./poll-schedule.ts";
import type { UtecClient } from "../cloud/client.ts";
import type { CloudHealth } from "../cloud/cloud-health.ts";
import { DeviceListWarnings } from "./device-list-warnings.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { phrase } from "../../said/phrase.ts";

export interface AccountPollOptions {
  readonly accountId: string;
  /** For the log. */
  readonly accountName: () => string;
  readonly client: UtecClient;
  readonly fleet: Fleet;
  readonly health: CloudHealth;
  readonly reader: AccountReader;
  readonly clock: UptimeClock;
  readonly random: () => number;
  readonly log: Log;
  readonly intervalMs: number;
  /** Does a push channel report the account's changes at the moment? */
  readonly isPushed: () => boolean;
  /** Until the first request. */
  readonly firstInMs: number;
}

/** Devices come and go when a person ticks them in the U-tec app; `listDevices()` is for who cannot wait. */
const LIST_INTERVAL_MS = 30 * 60_000;

/** After a command a lock may lock itself again, so it is watched more closely for a while. */
const FAST_INTERVAL_MS = 5000;
const FAST_FOR_MS = 60_000;

/** While a push channel reports changes, polls only catch what it lost. */
const PUSHED_INTERVAL_MS = 5 * 60_000;

/**
 * Polls one account: its device list rarely, all its devices in one query at each interval, less while the cloud fails.
 */
export class AccountPoll {
  readonly #options: AccountPollOptions;
  readonly #list: PollSchedule;
  readonly #query: PollSchedule;
  readonly #warnings: DeviceListWarnings;
  readonly #stopped = new AbortController();
  readonly #looked = Promise.withResolvers<void>();
  /** The end of the next query to begin. */
  #asked = aPromiseOfAnAnswer();
  /** The end of the listing in progress, or else of the next one to begin. */
  #listed = aPromiseOfAnAnswer();
  #cancelTimer = (): void => {};
  #working = false;
  #listing = false;

  constructor(options: AccountPollOptions) {
    this.#options = options;
    const { clock, random, intervalMs, firstInMs: firstMs } = options;
    this.#warnings = new DeviceListWarnings(options.log, options.accountName);
    const listMs = (): number => LIST_INTERVAL_MS;
    this.#list = new PollSchedule({ clock, random, intervalMs: listMs, retryMs: intervalMs, firstMs });
    this.#query = new PollSchedule({
      clock,
      random,
      intervalMs: () => this.#intervalMs(),
      retryMs: intervalMs,
      firstMs,
    });
    this.#schedule();
  }

  /** Resolves when the devices have been listed and queried for the first time, with whatever result. */
  get looked(): Promise<void> {
    return this.#looked.promise;
  }

  /** Nothing is requested after this, and requests in progress are abandoned. */
  stop(): void {
    this.#stopped.abort();
    this.#looked.resolve();
    this.#asked.reject(stopped());
    this.#listed.reject(stopped());
    this.#cancelTimer();
  }

  /** Lists the devices and queries their states now; joins a listing in progress. */
  listDevices(): void {
    if (this.#listing) return;
    this.#list.ask();
    this.#query.ask();
    this.#schedule();
  }

  /**
   * Queries the states now, or 5 s after the last query; who asks meanwhile joins. Resolves when a query that began after
   * the asking has ended, with its result in the picture.
   * @throws Problem what it failed with; `rate_limited` while the cloud wants no requests
   */
  async askNow(): Promise<void> {
    requireNoPause(this.#query);
    this.#query.ask();
    this.#schedule();
    await this.#asked.promise;
  }

  /**
   * Lists the devices now, or 5 s after the last listing; who asks during one joins it. Resolves when the devices are in
   * the picture; their states follow.
   * @throws Problem what it failed with; `rate_limited` while the cloud wants no requests
   */
  async listNow(): Promise<void> {
    if (!this.#listing) requireNoPause(this.#list);
    this.listDevices();
    await this.#listed.promise;
  }

  /** Something has happened to a device: poll more often for a minute. */
  soon(): void {
    this.#query.hasten(FAST_INTERVAL_MS, FAST_FOR_MS);
    this.#schedule();
  }

  /** The push channel's health has changed, or the machine has slept: something else may be due now. */
  reconsider(): void {
    this.#query.paceChanged();
    this.#schedule();
  }

  /** The account's cloud has answered outside of a poll: states are queried again soon. */
  answered(): void {
    this.#query.recovered();
    this.#schedule();
  }

  /** There is a new token: whatever failed before may have failed for lack of it. */
  tokenRenewed(): void {
    this.#list.recovered();
    this.answered();
  }

  #intervalMs(): number {
    const { intervalMs, isPushed } = this.#options;
    return isPushed() ? Math.max(intervalMs, PUSHED_INTERVAL_MS) : intervalMs;
  }

  #schedule(): void {
    this.#cancelTimer();
    if (this.#working || this.#stopped.signal.aborted) return;
    const dueIn = Math.min(this.#list.dueIn, this.#query.dueIn);
    this.#cancelTimer = this.#options.clock.after(dueIn, () => void this.#work());
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.#listing = this.#list.take();
    const wasAway = this.#list.isFailing || this.#options.fleet.targets(this.#options.accountId).length === 0;
    if (this.#listing) {
      const failure = await this.#attempt(this.#list, () => this.#listDevices());
      const listed = this.#listed;
      this.#listed = aPromiseOfAnAnswer();
      this.#settle(listed, failure);
    }
    // The cloud is back, and until now there may have been no device to query.
    if (this.#listing && wasAway && !this.#list.isFailing) {
      this.#query.recovered();
      this.#query.ask();
    }
    this.#listing = false;
    if (this.#query.take()) {
      const asked = this.#asked;
      this.#asked = aPromiseOfAnAnswer();
      this.#settle(asked, await this.#attempt(this.#query, () => this.#read()));
      // Only now: a faster pace must not make a state stale that the next poll would have renewed.
      if (!this.#stopped.signal.aborted) this.#options.fleet.paced(this.#options.accountId, this.#intervalMs());
    }
    this.#working = false;
    this.#looked.resolve();
    this.#schedule();
  }

  #settle(asked: PromiseWithResolvers<void>, failure: unknown): void {
    if (this.#stopped.signal.aborted) asked.reject(stopped());
    else if (failure === undefined) asked.resolve();
    else asked.reject(failure);
  }

  /** @returns what it failed with */
  async #attempt(schedule: PollSchedule, step: () => Promise<void>): Promise<unknown> {
    if (this.#stopped.signal.aborted) return undefined;
    try {
      await step();
      schedule.succeeded();
      return undefined;
    } catch (error) {
      schedule.failed(error instanceof Problem ? error.retry_after_s : undefined);
      if (this.#stopped.signal.aborted) return error;
      const { log, accountName } = this.#options;
      if (error instanceof Problem) log.debug("A poll failed.", { account: accountName(), code: error.code });
      else log.error("A poll failed because of a bug in the gateway.", { account: accountName(), error });
      return error;
    }
  }

  async #listDevices(): Promise<void> {
    const { accountId, client, fleet, health } = this.#options;
    const { signal } = this.#stopped;
    try {
      const list = await client.listDevices(accountId, signal);
      signal.throwIfAborted();
      health.succeeded(accountId);
      if (!list) return;
      fleet.listed(accountId, list.records);
      // After the lines about new devices, which would push it out of sight.
      this.#warnings.warn(list);
    } catch (error) {
      if (!signal.aborted) health.failed(accountId, error);
      throw error;
    }
  }

  async #read(): Promise<void> {
    const { accountId, fleet, reader } = this.#options;
    const targets = fleet.targets(accountId);
    if (targets.length === 0) return;
    const since = fleet.now;
    const reports = await reader.poll(targets);
    if (!this.#stopped.signal.aborted) fleet.polled(targets, reports, since);
  }
}

/** @throws Problem `rate_limited` */
function requireNoPause({ pausedFor }: PollSchedule): void {
  if (pausedFor === 0) return;
  throw new Problem("rate_limited", phrase("cloud_pause"), {
    retryable: true,
    retry_after_s: Math.ceil(pausedFor / 1000),
  });
}

/** Nobody needs to wait for it: a poll that fails unasked is no unhandled rejection. */
function aPromiseOfAnAnswer(): PromiseWithResolvers<void> {
  const asked = Promise.withResolvers<void>();
  asked.promise.catch(() => undefined);
  return asked;
}

function stopped(): Problem {
  return new Problem("sign_in_needed", phrase("account_not_polled"));
}
