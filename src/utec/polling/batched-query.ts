import type { UptimeClock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { BatchSearch, cut } from "./batch-search.ts";
import type { Batch } from "./batch-search.ts";
import type { UtecClient } from "../cloud/client.ts";
import { CloudProblem } from "../cloud/cloud-problem.ts";
import type { DeviceReport } from "../reading/states.ts";
import { RetryPause } from "./retry-pause.ts";

export interface BatchedQueryOptions {
  readonly accountId: string;
  readonly client: Pick<UtecClient, "query">;
  readonly clock: Pick<UptimeClock, "uptime">;
  readonly log: Log;
}

/** No limit is documented, so a limit that was found is tested again, eventually once a day. */
const LONGEST_LIMIT_MS = 24 * 3_600_000;
/** The same for a device whose queries the cloud refuses. */
const LONGEST_REST_MS = 30 * 60_000;
/** The same for queries in parts, after the cloud has refused everything, down to single devices. */
const LONGEST_FUTILE_MS = 3_600_000;

/**
 * Queries the states of many devices of one account: in one request, as long as the cloud accepts that. Where it
 * refuses, the request is halved; the size that works is remembered, and a single device that spoils every query is
 * found, and queried alone and rarely.
 */
export class BatchedQuery {
  readonly #options: BatchedQueryOptions;
  /** The most devices that go into a request; Infinity when no limit is known. */
  #limit = Infinity;
  readonly #limitPause = new RetryPause(LONGEST_LIMIT_MS);
  /** By device id: the devices that spoil a query. */
  readonly #spoilers = new Map<string, RetryPause>();
  readonly #partsPause = new RetryPause(LONGEST_FUTILE_MS);

  constructor(options: BatchedQueryOptions) {
    this.#options = options;
  }

  /** Those of the account's devices that a poll queries now: spoilers are skipped most of the time. */
  due(targets: Batch): Batch {
    const ids = new Set(targets.map(({ id }) => id));
    for (const id of this.#spoilers.keys()) if (!ids.has(id)) this.#spoilers.delete(id);
    const now = this.#options.clock.uptime();
    return targets.filter(({ id }) => this.#spoilers.get(id)?.isDue(now) ?? true);
  }

  /**
   * Resolves when all have been queried, one request after the other.
   * @param onReports receives the reports of each request
   * @throws as UtecClient.query, when nothing was answered, and when the cloud fails midway
   */
  async query(
    targets: Batch,
    onReports: (reports: readonly DeviceReport[]) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { accountId, client } = this.#options;
    const now = this.#options.clock.uptime();
    const size = this.#limitPause.isDue(now) ? Infinity : this.#limit;
    const inParts = this.#partsPause.isDue(now);
    const search = new BatchSearch(this.#queue(targets, size), size, inParts, targets.length);
    for (let batch = search.next(); batch; batch = search.next()) {
      try {
        const reports = await client.query(accountId, batch, signal);
        signal?.throwIfAborted();
        search.answered(batch);
        onReports(reports);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        search.refused(batch, error);
      }
    }
    this.#learn(search, targets);
  }

  /** Spoilers alone, the others in as few requests as possible. */
  #queue(targets: Batch, size: number): Batch[] {
    const spoilers = targets.filter(({ id }) => this.#spoilers.has(id));
    const others = targets.filter(({ id }) => !this.#spoilers.has(id));
    return [...cut(others, size), ...spoilers.map((target) => [target])];
  }

  #learn(search: BatchSearch, targets: Batch): void {
    const now = this.#options.clock.uptime();
    if (targets.length === 0) return;
    if (!search.anyAnswer) {
      if (search.inParts && targets.length > 1) this.#partsPause.refused(now);
      for (const { id } of targets) this.#spoilers.get(id)?.refused(now);
      throw search.lastRefusal;
    }
    this.#partsPause.succeeded();
    for (const id of search.fine) this.#spoilers.delete(id);
    for (const id of search.spoilers) this.#spoils(id, now);
    this.#learnLimit(search, now);
  }

  #spoils(device_id: string, now: number): void {
    const { accountId, log } = this.#options;
    const known = this.#spoilers.get(device_id);
    const pause = known ?? new RetryPause(LONGEST_REST_MS);
    pause.refused(now);
    this.#spoilers.set(device_id, pause);
    if (known) return;
    log.warn("The cloud refuses every query that includes one device; that one is queried alone, and rarely.", {
      account_id: accountId,
      device_id,
    });
  }

  #learnLimit({ size, longestAnswered }: BatchSearch, now: number): void {
    const { accountId, log } = this.#options;
    if (longestAnswered > this.#limit) {
      this.#limit = Infinity;
      this.#limitPause.succeeded();
    }
    if (size === Infinity || (size >= this.#limit && !this.#limitPause.isDue(now))) return;
    if (size !== this.#limit) {
      log.info("The cloud refuses longer queries; the devices are queried in parts.", {
        account_id: accountId,
        devices_per_query: size,
      });
    }
    this.#limit = size;
    this.#limitPause.refused(now);
  }
}

/**
 * The cloud answers, but refuses this query: fewer devices may help. Seen are BAD-REQUEST with HTTP 200, and HTTP 400;
 * an answer that is unreadable or too long may be due to the length as well.
 */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof CloudProblem)) return false;
  return error.code === "cloud_answer_unreadable" || error.refusesRequest;
}
