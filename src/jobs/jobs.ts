import { fileURLToPath } from "node:url";
import Bree from "bree";
import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Provider } from "../keeper/providers/provider.ts";
import type { FlightListener, GrantJob, GrantReport, GrantRunner } from "../keeper/grant/grant-runner.ts";
import type { AnsweredAttempt } from "../keeper/vault/tables/journal.ts";
import type { Log } from "../log.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import type { GrantTask, GrantTaskMessage } from "./grant-task.ts";
import { aFlight, crashed, isUrgent, nextToDepart, stopping, whenDue } from "./line.ts";
import type { Flight } from "./line.ts";
import { WallClockGuard } from "./wall-clock-guard.ts";

export interface JobsOptions {
  /** The worker's file: `grant-worker.ts` from sources, its bundled `.js` beside the bundle. */
  readonly workerFile: URL;
  /** The vault's folder. */
  readonly folder: string;
  readonly providers: readonly Provider[];
  readonly clock: Clock;
  readonly log: Log;
  readonly callTimeoutMs: number;
  /** Through which the workers' calls leave; default: straight. */
  readonly proxies?: ProxySettings | null;
  /** Called every 30 s, before overdue refreshes are started. */
  readonly onTick?: () => void;
  /** When the account's token ends (epoch ms), by which it stands in line: Infinity where nobody knows, 0 where there is none. */
  readonly endsAt?: (account_id: string) => number;
}

/** A dated job further away than this is left to the guard: no timer is long, and a clock may be set until then. */
const LONGEST_PLAN_MS = 24 * 3_600_000;
/** The guard starts what Bree should have started this long ago. */
const OVERDUE_MS = 2000;
/** Beyond its two calls, a worker may need this long to start, to write and to end. */
const WORKER_MARGIN_MS = 20_000;
const IDLE_STOP_MS = 5000;
/** A thread that was told to end is gone within milliseconds, and is not waited for any longer than this. */
const LONGEST_END_MS = 5000;

/**
 * The schedule and the workers: Bree holds one dated job per account and runs each grant in a worker thread, so that a
 * hung call can be ended and a crash there is only a failed attempt. One flight per account: a refresh joins it, a
 * sign-in waits for it. A few fly at a time, the others stand in line.
 */
export class Jobs implements GrantRunner {
  readonly #options: JobsOptions;
  readonly #log: Log;
  /** What a worker says is the keeper's procedure speaking. */
  readonly #procedureLog: Log;
  readonly #bree: Bree;
  /** Starts a job's worker. */
  readonly #work: Bree["run"];
  readonly #guard: WallClockGuard;
  readonly #listeners: FlightListener[] = [];
  readonly #flights = new Map<string, Flight>();
  readonly #plans = new Map<string, number>();
  /** By account: the answer that its last flight may not have saved. Its next one does that before anything else. */
  readonly #unsaved = new Map<string, AnsweredAttempt>();
  /** By account: changes of its Bree job, one after the other. */
  readonly #changes = new Map<string, Promise<void>>();
  #stopping = false;
  /** The time to end is over: a worker that is only now made is ended at once. */
  #cutOff = false;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#procedureLog = options.log.part("keeper");
    this.#guard = new WallClockGuard(options.clock, (jumpedMs) => this.#tick(jumpedMs));
    this.#bree = new Bree({
      root: false,
      doRootCheck: false,
      logger: false,
      timeout: false,
      workerMessageHandler: ({ name, message }) => this.#take(name, message),
      errorHandler: (error) => this.#log.error("A worker failed.", { error }),
    });
    // A job whose date has come is not run past the line.
    this.#work = this.#bree.run;
    this.#bree.run = async (name) => {
      if (name !== undefined) void this.run(whenDue(name));
    };
    this.#bree.on("worker created", (name: string) => {
      if (this.#cutOff) void this.#bree.workers.get(name)?.terminate();
    });
    this.#bree.on("worker deleted", (name: string) =>
      this.#end(name, this.#flights.get(name)?.report ?? crashed(name)),
    );
    // A date that passed between planning and starting is skipped by Bree.
    this.#bree.on("job past", (name: string) => void this.run(whenDue(name)));
  }

  start(): void {
    this.#guard.start();
  }

  /**
   * Lets running grants end: up to one call's time-out, then they are cut off; the journal knows how far they came.
   * Nothing is started any more. What is not saved yet is tried once more.
   */
  async stop(): Promise<void> {
    for (const account_id of this.#unsaved.keys()) void this.run(whenDue(account_id));
    this.#stopping = true;
    this.#guard.stop();
    this.#plans.clear();
    for (const name of this.#bree.timeouts.keys()) this.#bree.removeSafeTimer("timeouts", name);
    for (const [account_id, flight] of this.#flights) {
      if (flight.departed || this.#unsaved.has(account_id)) continue;
      this.#flights.delete(account_id);
      flight.resolve(stopping(account_id));
    }
    const limitMs = this.#flights.size > 0 ? this.#options.callTimeoutMs : IDLE_STOP_MS;
    const underWay = [...this.#changes.values(), ...[...this.#flights.values()].map((flight) => flight.ended)];
    const limit = new AbortController();
    await Promise.race([
      Promise.all(underWay),
      sleep(this.#options.clock, limitMs, limit.signal).catch(() => undefined),
    ]);
    limit.abort();
    this.#cutOff = true;
    await Promise.all([...this.#flights].map(([account_id, flight]) => this.#cut(account_id, flight)));
  }

  listen(listener: FlightListener): void {
    this.#listeners.push(listener);
  }

  run(job: GrantJob): Promise<GrantReport> {
    const running = this.#flights.get(job.account_id);
    if (running !== undefined) {
      running.urgent ||= isUrgent(job);
      if (job.kind === "refresh") return running.ended;
      return running.ended.then(() => this.run(job));
    }
    if (this.#stopping) return Promise.resolve(stopping(job.account_id));
    // From here on, and before anything is awaited, the dated job can't start a second worker.
    this.#bree.removeSafeTimer("timeouts", job.account_id);
    const flight = aFlight(job);
    this.#flights.set(job.account_id, flight);
    this.#plans.delete(job.account_id);
    this.#departNext();
    return flight.ended;
  }

  plan(account_id: string, at: number | null): void {
    if (this.#stopping) return;
    if (at === null) {
      this.#plans.delete(account_id);
      this.#unsaved.delete(account_id);
    } else this.#plans.set(account_id, at);
    this.#change(account_id, () => this.#applyPlan(account_id));
  }

  async #applyPlan(account_id: string): Promise<void> {
    if (this.#stopping || this.#flights.has(account_id)) return;
    const at = this.#plans.get(account_id);
    const leftMs = (at ?? Infinity) - this.#options.clock.now();
    if (at === undefined || leftMs > LONGEST_PLAN_MS) return this.#dropJob(account_id);
    if (leftMs <= 0) {
      void this.run(whenDue(account_id));
      return;
    }
    await this.#setJob(whenDue(account_id), new Date(at));
    if (!this.#stopping && !this.#flights.has(account_id)) await this.#bree.start(account_id);
  }

  #tick(jumpedMs: number): void {
    if (jumpedMs !== 0) this.#log.warn("The wall clock jumped.", { by_s: Math.round(jumpedMs / 1000) });
    this.#options.onTick?.();
    const now = this.#options.clock.now();
    for (const [account_id, at] of this.#plans) {
      if (this.#flights.has(account_id)) continue;
      if (at <= now - OVERDUE_MS) void this.run(whenDue(account_id));
      else if (jumpedMs !== 0 || (at - now <= LONGEST_PLAN_MS && !this.#bree.timeouts.has(account_id))) {
        this.#change(account_id, () => this.#applyPlan(account_id));
      }
    }
  }

  /**
   * Ends a flight by force. Its worker's own `terminate()` is not waited for: it tells of the end by `exit`, and Bree
   * takes all listeners to that away when the worker says `done` in the same moment. Bree tells of both ends.
   */
  async #cut(account_id: string, flight: Flight): Promise<void> {
    const worker = this.#bree.workers.get(account_id);
    if (worker !== undefined) {
      void worker.terminate();
      await Promise.race([flight.ended, sleep(this.#options.clock, LONGEST_END_MS)]);
    }
    if (this.#flights.get(account_id) === flight) this.#end(account_id, flight.report ?? crashed(account_id));
  }

  #departNext(): void {
    const { endsAt = () => Infinity } = this.#options;
    const flight = this.#cutOff ? null : nextToDepart(this.#flights.values(), endsAt);
    if (flight === null) return;
    this.#depart(flight);
    this.#departNext();
  }

  #depart(flight: Flight): void {
    const { job } = flight;
    const { account_id } = job;
    flight.departed = true;
    flight.cancelLimit = this.#options.clock.after(2 * this.#options.callTimeoutMs + WORKER_MARGIN_MS, () => {
      this.#log.error("A worker hangs and is ended.", { account_id });
      void this.#cut(account_id, flight);
    });
    for (const listener of this.#listeners) listener.started(account_id, job.kind);
    this.#change(account_id, async () => {
      try {
        await this.#setJob(job);
        if (this.#cutOff) return;
        await this.#work(account_id);
      } catch (error) {
        this.#log.error("A worker could not be started.", { error });
        this.#end(account_id, crashed(account_id));
      }
    });
  }

  /** The listeners know of the end before those who wait for it, so that these see what was committed. */
  #end(account_id: string, outcome: GrantReport): void {
    const flight = this.#flights.get(account_id);
    if (flight === undefined) return;
    const report = this.#keepUnsaved(outcome, flight.answer ?? this.#unsaved.get(account_id));
    flight.cancelLimit();
    this.#flights.delete(account_id);
    try {
      for (const listener of this.#listeners) listener.ended(account_id, report);
    } finally {
      flight.resolve(report);
      this.#departNext();
    }
  }

  #keepUnsaved(report: GrantReport, answer: AnsweredAttempt | undefined): GrantReport {
    this.#unsaved.delete(report.account_id);
    if (report.outcome !== "broken" || answer === undefined) return report;
    this.#unsaved.set(report.account_id, answer);
    return { ...report, unsaved: answer };
  }

  #take(name: string, message: unknown): void {
    if (message === "done") return;
    const posted = message as GrantTaskMessage;
    if (posted.type === "log") return this.#procedureLog[posted.level](posted.message, posted.fields);
    const flight = this.#flights.get(name);
    if (flight === undefined) return;
    if (posted.type === "report") {
      flight.report = posted.report;
      return;
    }
    flight.answer = posted.attempt;
    for (const listener of this.#listeners) listener.answered?.(name, posted.attempt.answer.headers["date"]);
  }

  /** Replaces the account's Bree job; its timer is gone with the first step. */
  async #setJob(job: GrantJob, date?: Date): Promise<void> {
    await this.#dropJob(job.account_id);
    const { folder, providers, callTimeoutMs, proxies = null, workerFile } = this.#options;
    const task: GrantTask = {
      folder,
      providers,
      callTimeoutMs,
      proxies,
      job,
      unsaved: this.#unsaved.get(job.account_id) ?? null,
    };
    await this.#bree.add({
      name: job.account_id,
      path: fileURLToPath(workerFile),
      ...(date === undefined ? {} : { date }),
      // Bree takes a path with unusual characters for source text, unless told.
      worker: { eval: false, workerData: task },
    });
  }

  async #dropJob(account_id: string): Promise<void> {
    if (this.#bree.config.jobs.some((job) => job.name === account_id)) await this.#bree.remove(account_id);
  }

  #change(account_id: string, change: () => Promise<void>): void {
    const before = this.#changes.get(account_id) ?? Promise.resolve();
    const after = before
      .then(change)
      .catch((error: unknown) => this.#log.error("A refresh could not be planned.", { error }))
      .finally(() => {
        if (this.#changes.get(account_id) === after) this.#changes.delete(account_id);
      });
    this.#changes.set(account_id, after);
  }
}

/** The worker's file beside this one: the source, or its bundle beside the bundle. */
export function grantWorkerFile(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./grant-worker.ts" : "./grant-worker.js", import.meta.url);
}
