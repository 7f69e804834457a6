import type { DeviceTarget, UtecClient } from "./client.ts";
import type { CloudHealth } from "./cloud-health.ts";
import type { Fleet } from "./fleet.ts";
import type { DeviceReport } from "./states.ts";

export interface AccountReaderOptions {
  readonly accountId: string;
  readonly client: UtecClient;
  readonly fleet: Fleet;
  readonly health: CloudHealth;
}

export type Reports = ReadonlyMap<string, DeviceReport>;

interface Batch {
  readonly targets: Map<string, DeviceTarget>;
  readonly done: PromiseWithResolvers<Reports>;
}

/**
 * Asks one account's cloud for states, never with two queries at once: what is asked for while one is under way goes
 * together into the next. A read therefore never shows a state from before it was asked for.
 */
export class AccountReader {
  readonly #options: AccountReaderOptions;
  readonly #stopped = new AbortController();
  #waiting: Batch | undefined;
  #reading = false;

  constructor(options: AccountReaderOptions) {
    this.#options = options;
  }

  /** The reports of these devices, by id, once they stand in the picture. @throws as UtecClient.query */
  read(targets: readonly DeviceTarget[]): Promise<Reports> {
    const batch = (this.#waiting ??= { targets: new Map(), done: Promise.withResolvers() });
    for (const target of targets) batch.targets.set(target.id, target);
    if (!this.#reading) void this.#work();
    return batch.done.promise;
  }

  /** Gives up what is under way. */
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
    const { accountId, client, fleet, health } = this.#options;
    const { signal } = this.#stopped;
    try {
      const reports = await client.query(accountId, targets, signal);
      signal.throwIfAborted();
      health.succeeded(accountId);
      fleet.reported(accountId, reports);
      return new Map(reports.map((report) => [report.id, report]));
    } catch (error) {
      if (!signal.aborted) health.failed(accountId, error);
      throw error;
    }
  }
}
