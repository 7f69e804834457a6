import type { Clock } from "../../../src/clock.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { GrantContext } from "../../../src/keeper/grant/grant-context.ts";
import { toRecord } from "../../../src/keeper/grant/grant-runner.ts";
import type { FlightListener, GrantJob, GrantReport, GrantRunner } from "../../../src/keeper/grant/grant-runner.ts";
import type { AnsweredAttempt } from "../../../src/keeper/vault/tables/attempt.ts";
import { Problem } from "../../../src/problem.ts";

export interface SimulatedJobsOptions {
  readonly clock: Clock;
  /** A world of its own for each flight, as each worker thread has one; `close` when the flight ends. */
  readonly enter: () => { readonly world: GrantContext; readonly close: () => void };
  /** A flight ended with an answer that is in memory alone. */
  readonly onUnsaved: (attempt: AnsweredAttempt) => void;
  /** A listener threw. */
  readonly onError: (error: unknown) => void;
  readonly onTick: () => void;
  readonly tickMs: number;
}

interface Flight {
  readonly ended: Promise<GrantReport>;
  readonly startedAt: number;
}

const LONGEST_PLAN_MS = 24 * 3_600_000;

/**
 * The jobs without threads: the rules of the real ones (one flight per account, refreshes join it, sign-ins wait; a plan
 * is a timer when it is near, and is looked at with each tick), on an injected clock.
 */
export class SimulatedJobs implements GrantRunner {
  readonly #options: SimulatedJobsOptions;
  readonly #listeners: FlightListener[] = [];
  readonly #flights = new Map<string, Flight>();
  readonly #plans = new Map<string, number>();
  /** What the last flight could not save: the next one does that before anything else. */
  readonly #unsaved = new Map<string, AnsweredAttempt>();
  readonly #timers = new Map<string, () => void>();
  /** The longest that a flight ever took, on the monotonic clock. */
  longestFlightMs = 0;

  constructor(options: SimulatedJobsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.clock.after(this.#options.tickMs, () => {
      this.start();
      this.#options.onTick();
      for (const account_id of this.#plans.keys()) this.#arm(account_id);
    });
  }

  /** An answer waits in memory for a disk that takes it. */
  get holdsUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  get underWay(): number {
    return this.#flights.size;
  }

  /** How long the oldest flight has been under way (ms). */
  get oldestFlightMs(): number {
    const now = this.#options.clock.monotonic();
    return Math.max(0, ...[...this.#flights.values()].map(({ startedAt }) => now - startedAt));
  }

  listen(listener: FlightListener): void {
    this.#listeners.push(listener);
  }

  plan(account_id: string, at: number | null): void {
    if (at === null) {
      this.#forgetPlan(account_id);
      this.#unsaved.delete(account_id);
    } else {
      this.#plans.set(account_id, at);
      this.#arm(account_id);
    }
  }

  run(job: GrantJob): Promise<GrantReport> {
    const running = this.#flights.get(job.account_id);
    if (running !== undefined) {
      return job.kind === "refresh" ? running.ended : running.ended.then(() => this.run(job));
    }
    this.#forgetPlan(job.account_id);
    const startedAt = this.#options.clock.monotonic();
    const { promise: ended, resolve } = Promise.withResolvers<GrantReport>();
    this.#flights.set(job.account_id, { ended, startedAt });
    for (const listener of this.#listeners) listener.started(job.account_id, job.kind);
    this.#fly(job, startedAt, resolve).catch(this.#options.onError);
    return ended;
  }

  async #fly(job: GrantJob, startedAt: number, resolve: (report: GrantReport) => void): Promise<void> {
    let answer = this.#unsaved.get(job.account_id) ?? null;
    const outcome = await this.#grant(job, answer, (attempt) => (answer = attempt));
    const report = this.#keepUnsaved(outcome, answer);
    this.longestFlightMs = Math.max(this.longestFlightMs, this.#options.clock.monotonic() - startedAt);
    this.#flights.delete(job.account_id);
    for (const listener of this.#listeners) listener.ended(job.account_id, report);
    resolve(report);
  }

  /** As a worker does: whatever it throws is a report. */
  async #grant(
    job: GrantJob,
    unsaved: AnsweredAttempt | null,
    onAnswer: (attempt: AnsweredAttempt) => void,
  ): Promise<GrantReport> {
    let close = (): void => undefined;
    try {
      // A worker thread starts later than the call that asks for it.
      await Promise.resolve();
      const entered = this.#options.enter();
      close = entered.close;
      return await runGrant({ ...entered.world, onAnswer }, job, unsaved);
    } catch (error) {
      const problem =
        error instanceof Problem
          ? toRecord(error)
          : ({ code: "internal", message: "The refresh ended unexpectedly.", retryable: true } as const);
      return { outcome: "broken", account_id: job.account_id, problem };
    } finally {
      close();
    }
  }

  #keepUnsaved(report: GrantReport, answer: AnsweredAttempt | null): GrantReport {
    this.#unsaved.delete(report.account_id);
    if (report.outcome !== "broken" || answer === null) return report;
    this.#unsaved.set(report.account_id, answer);
    this.#options.onUnsaved(answer);
    return { ...report, unsaved: answer };
  }

  #arm(account_id: string): void {
    this.#timers.get(account_id)?.();
    this.#timers.delete(account_id);
    const at = this.#plans.get(account_id);
    if (at === undefined || this.#flights.has(account_id)) return;
    const leftMs = at - this.#options.clock.now();
    if (leftMs > LONGEST_PLAN_MS) return;
    const start = (): void => void this.run({ kind: "refresh", account_id, generation: null });
    this.#timers.set(account_id, this.#options.clock.after(Math.max(leftMs, 0), start));
  }

  #forgetPlan(account_id: string): void {
    this.#plans.delete(account_id);
    this.#timers.get(account_id)?.();
    this.#timers.delete(account_id);
  }
}
