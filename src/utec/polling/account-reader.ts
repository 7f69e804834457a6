import type { BatchedQuery } from "./batched-query.ts";
import type { DeviceTarget } from "../cloud/client.ts";
import type { CloudHealth } from "../cloud/cloud-health.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { DeviceReport } from "../reading/states.ts";

export interface AccountReaderOptions {
  readonly accountId: string;
  readonly query: BatchedQuery;
  readonly fleet: Fleet;
  readonly health: CloudHealth;
}

export type Reports = ReadonlyMap<string, DeviceReport>;

interface Batch {
  readonly targets: Map<string, DeviceTarget>;
  readonly done: PromiseWithResolvers<Reports>;
}

/**
 * Queries the states of one account's devices, never twice at once: what is asked for during a query goes together into
 * the next. A read therefore never shows a state from before it was asked for.
 */
export class AccountReader {
  readonly #options: AccountReaderOptions;
  readonly #stopped = new AbortController();
  #waiting: Batch | undefined;
  #reading = false;

  constructor(options: AccountReaderOptions) {
    this.#options = options;
  }

  /** As `read`, for all devices of the account, without those whose queries the cloud refuses. */
  poll(targets: readonly DeviceTarget[]): Promise<Reports> {
    return this.read(this.#options.query.due(targets));
  }

  /** The reports of these devices, by id, once they are in the picture. @throws as UtecClient.query */
  read(targets: readonly DeviceTarget[]): Promise<Reports> {
    const batch = (this.#waiting ??= { targets: new Map(), done: Promise.withResolvers() });
    for (const target of targets) batch.targets.set(target.id, target);
    if (!this.#reading) void this.#work();
    return batch.done.promise;
  }

  /** Abandons the query in progress. */
  stop(): void {
    this.#stopped.abort();
  }

  async #work(): Promise<void> {
    this.#reading = true;
    for (let batch = this.#waiting; batch; batch = this.#waiting) {
      this.#waiting = undefined;
      try {
        batch.done.resolve(await this.#query([...batch.targets.values()]));
      } catch (error) {
        batch.done.reject(error);
      }
    }
    this.#reading = false;
  }

  async #query(targets: readonly DeviceTarget[]): Promise<Reports> {
    const { accountId, query, fleet, health } = this.#options;
    const { signal } = this.#stopped;
    const all = new Map<string, DeviceReport>();
    const take = (reports: readonly DeviceReport[]): void => {
      health.succeeded(accountId);
      fleet.reported(accountId, reports);
      for (const report of reports) all.set(report.id, report);
    };
    try {
      await query.query(targets, take, signal);
      return all;
    } catch (error) {
      if (!signal.aborted) health.failed(accountId, error);
      throw error;
    }
  }
}
