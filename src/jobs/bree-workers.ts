import { fileURLToPath } from "node:url";
import Bree from "bree";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

export interface BreeWorkersOptions {
  readonly file: URL;
  readonly clock: Clock;
  readonly log: Log;
  /** The date of a planned start has come; never called from within `plan`. */
  readonly onDue: (name: string) => void;
  /** What a worker posts, but for its `done`. */
  readonly onMessage: (name: string, message: unknown) => void;
  /** A worker's thread is gone, however it ended. */
  readonly onEnd: (name: string) => void;
}

/**
 * Worker threads by name, one at a time for each, started at once or announced at a date. All that the house knows of
 * Bree is here. A worker posts `done` at its end, at which Bree ends its thread.
 */
export class BreeWorkers {
  readonly #options: BreeWorkersOptions;
  readonly #bree: Bree;
  /** Starts a job's worker. */
  readonly #work: Bree["run"];
  /** By name: the date that counts, also while Bree does not have it yet. */
  readonly #dates = new Map<string, number>();
  /** By name: changes of its Bree job, which take Bree several steps each, one after the other. */
  readonly #changes = new Map<string, Promise<void>>();
  #closed = false;

  constructor(options: BreeWorkersOptions) {
    this.#options = options;
    this.#bree = new Bree({
      root: false,
      doRootCheck: false,
      logger: false,
      timeout: false,
      workerMessageHandler: ({ name, message }) => {
        if (message !== "done") options.onMessage(name, message);
      },
      errorHandler: (error) => options.log.error("A worker failed.", { error }),
    });
    // A job whose date has come is not run by Bree: there may be a line for workers.
    this.#work = this.#bree.run;
    this.#bree.run = async (name) => {
      if (name !== undefined) this.#due(name);
    };
    this.#bree.on("worker created", (name: string) => {
      if (this.#closed) this.terminate(name);
    });
    this.#bree.on("worker deleted", options.onEnd);
    // A date that passed between planning and starting is skipped by Bree.
    this.#bree.on("job past", (name: string) => this.#due(name));
  }

  /** Tells when the date `at` (epoch ms) has come, in place of one that was planned before. */
  plan(name: string, at: number): void {
    this.#dates.set(name, at);
    this.#change(name, async () => {
      if (this.#dates.get(name) !== at) return;
      if (at <= this.#options.clock.now()) return this.#due(name);
      await this.#setJob(name, { date: new Date(at) });
      if (this.#dates.get(name) === at) await this.#bree.start(name);
    }).catch(this.#notPlanned);
  }

  /** Is Bree's timer set? */
  isPlanned(name: string): boolean {
    return this.#bree.timeouts.has(name);
  }

  /** From here on, and before anything is awaited, no date of this name comes. */
  cancel(name: string): void {
    this.#dates.delete(name);
    this.#bree.removeSafeTimer("timeouts", name);
  }

  /** Keeps nothing of a name that has no worker. */
  forget(name: string): void {
    this.cancel(name);
    this.#change(name, () => this.#dropJob(name)).catch(this.#notPlanned);
  }

  /**
   * Starts the worker with its `workerData`. Cancel its date first.
   *
   * @throws Error when there can't be a thread; `onEnd` is not called for it
   */
  start(name: string, workerData: object): Promise<void> {
    return this.#change(name, async () => {
      await this.#setJob(name, { workerData });
      if (!this.#closed) await this.#work(name);
    });
  }

  /**
   * Ends a worker by force; false where there is none. `onEnd` tells when it is gone, and the worker's own
   * `terminate()` is not waited for: it tells of the end by `exit`, and Bree takes all listeners to that away when the
   * worker says `done` in the same moment. Bree tells of both ends.
   */
  terminate(name: string): boolean {
    const worker = this.#bree.workers.get(name);
    void worker?.terminate();
    return worker !== undefined;
  }

  /** When all that was wanted so far has been done. */
  async settled(): Promise<void> {
    await Promise.all(this.#changes.values());
  }

  /** No worker starts from here on: one that is only now made is ended at once. */
  close(): void {
    this.#closed = true;
  }

  readonly #notPlanned = (error: unknown): void => {
    this.#options.log.error("A refresh could not be planned.", { error });
  };

  #due(name: string): void {
    this.#dates.delete(name);
    this.#options.onDue(name);
  }

  /** Replaces the name's Bree job; its timer is gone with the first step. */
  async #setJob(name: string, { date, workerData }: { date?: Date; workerData?: object }): Promise<void> {
    await this.#dropJob(name);
    await this.#bree.add({
      name,
      path: fileURLToPath(this.#options.file),
      ...(date === undefined ? {} : { date }),
      // Bree takes a path with unusual characters for source text, unless told.
      worker: { eval: false, ...(workerData === undefined ? {} : { workerData }) },
    });
  }

  async #dropJob(name: string): Promise<void> {
    if (this.#bree.config.jobs.some((job) => job.name === name)) await this.#bree.remove(name);
  }

  #change(name: string, change: () => Promise<void>): Promise<void> {
    const result = (this.#changes.get(name) ?? Promise.resolve()).then(change);
    const after = result
      .catch(() => undefined)
      .finally(() => {
        if (this.#changes.get(name) === after) this.#changes.delete(name);
      });
    this.#changes.set(name, after);
    return result;
  }
}
