import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Provider } from "../keeper/providers/provider.ts";
import type { FlightListener, GrantJob, GrantReport, GrantRunner } from "../keeper/grant/grant-runner.ts";
import type { Log } from "../log.ts";
import { AccountSchedule } from "./account-schedule.ts";
import { BreeWorkers } from "./bree-workers.ts";
import { crashed, stopping, whenDue } from "./flight.ts";
import type { Flight } from "./flight.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import type { GrantTask, GrantTaskMessage } from "./grant-task.ts";
import { nextToDepart } from "./line.ts";
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
  /** Called for each request of a worker that has left. */
  readonly onSent?: () => void;
  /** When the account's token ends (epoch ms), which decides its place in the line: Infinity where nobody knows, 0 where there is none. */
  readonly endsAt?: (account_id: string) => number;
}

/** A dated job further away than this is left to the guard: no timer is long, and a clock may be set until then. */
const LONGEST_PLAN_MS = 24 * 3_600_000;
/** The guard starts what Bree should have started this long ago. */
const OVERDUE_MS = 2000;
/** Beyond its two calls, a worker may need this long to start, to write and to end. */
const WORKER_MARGIN_MS = 20_000;
const IDLE_STOP_MS = 5000;
/** A stop waits no longer than this for a call: who stops an add-on sees every second of it, and the journal knows the rest. */
const LONGEST_STOP_MS = 8000;
/** A thread that was told to end is gone within milliseconds, and is not waited for any longer than this. */
const LONGEST_END_MS = 5000;

/**
 * Runs each grant in a worker thread, at its date or at once, so that a hung call can be ended and a crash there is
 * only a failed attempt. Each account has its schedule with one flight at a time: a refresh joins it, a sign-in waits
 * for it. A few run at a time, the others wait in line.
 */
export class Jobs implements GrantRunner {
  readonly #options: JobsOptions;
  readonly #log: Log;
  /** For what workers log: the keeper's procedure runs in them. */
  readonly #procedureLog: Log;
  readonly #workers: BreeWorkers;
  readonly #guard: WallClockGuard;
  readonly #listeners: FlightListener[] = [];
  readonly #schedules = new Map<string, AccountSchedule>();
  /** All that wait in line or are under way, in the order in which they came. */
  readonly #flights = new Set<Flight>();
  #stopping = false;
  /** Running grants had their time to end; nothing is started any more. */
  #cutOff = false;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#procedureLog = options.log.part("keeper");
    this.#guard = new WallClockGuard(options.clock, (jumpedMs) => this.#tick(jumpedMs));
    this.#workers = new BreeWorkers({
      file: options.workerFile,
      clock: options.clock,
      log: options.log,
      onDue: (account_id) => void this.run(whenDue(account_id)),
      onMessage: (account_id, message) => this.#take(account_id, message as GrantTaskMessage),
      onEnd: (account_id) => {
        const flight = this.#schedules.get(account_id)?.flight;
        if (flight) this.#end(flight);
      },
    });
  }

  start(): void {
    this.#guard.start();
  }

  /**
   * Lets running grants end, for some seconds; then they are cut off, and the journal knows how far they came.
   * Nothing is started any more. What is not saved yet is tried once more.
   */
  async stop(): Promise<void> {
    const schedules = [...this.#schedules.values()];
    for (const { account_id, unsaved } of schedules) if (unsaved !== null) void this.run(whenDue(account_id));
    this.#stopping = true;
    this.#guard.stop();
    for (const schedule of schedules) {
      schedule.cancelPlan();
      this.#workers.cancel(schedule.account_id);
      if (schedule.state === "waiting" && schedule.unsaved === null) this.#leaveLine(schedule);
    }
    const limitMs = this.#flights.size > 0 ? Math.min(this.#options.callTimeoutMs, LONGEST_STOP_MS) : IDLE_STOP_MS;
    const underWay = [this.#workers.settled(), ...[...this.#flights].map((flight) => flight.ended)];
    const limit = new AbortController();
    await Promise.race([
      Promise.all(underWay),
      sleep(this.#options.clock, limitMs, limit.signal).catch(() => undefined),
    ]);
    limit.abort();
    this.#cutOff = true;
    this.#workers.close();
    await Promise.all([...this.#flights].map((flight) => this.#cut(flight)));
  }

  listen(listener: FlightListener): void {
    this.#listeners.push(listener);
  }

  run(job: GrantJob): Promise<GrantReport> {
    const schedule = this.#scheduleOf(job.account_id);
    if (schedule.flight !== null) {
      const { ended } = schedule.flight;
      schedule.join(job);
      return job.kind === "refresh" ? ended : ended.then(() => this.run(job));
    }
    if (this.#stopping) return Promise.resolve(stopping(job.account_id));
    // From here on, and before anything is awaited, the dated job can't start a second worker.
    this.#workers.cancel(job.account_id);
    const flight = schedule.queue(job);
    this.#flights.add(flight);
    this.#departNext();
    return flight.ended;
  }

  plan(account_id: string, at: number | null): void {
    if (this.#stopping) return;
    const schedule = this.#scheduleOf(account_id);
    schedule.plan(at);
    if (schedule.state === "idle") this.#schedules.delete(account_id);
    this.#applyPlan(schedule);
  }

  #applyPlan({ account_id, state, plannedAt }: AccountSchedule): void {
    if (state === "planned" && plannedAt !== null && plannedAt - this.#options.clock.now() <= LONGEST_PLAN_MS) {
      this.#workers.plan(account_id, plannedAt);
    } else if (state === "planned" || state === "idle") {
      this.#workers.forget(account_id);
    }
  }

  #tick(jumpedMs: number): void {
    if (jumpedMs !== 0) this.#log.warn("The wall clock jumped.", { by_s: Math.round(jumpedMs / 1000) });
    this.#options.onTick?.();
    const now = this.#options.clock.now();
    for (const schedule of this.#schedules.values()) {
      const { account_id, plannedAt, state } = schedule;
      if (state !== "planned" || plannedAt === null) continue;
      if (plannedAt <= now - OVERDUE_MS) void this.run(whenDue(account_id));
      else if (jumpedMs !== 0 || (plannedAt - now <= LONGEST_PLAN_MS && !this.#workers.isPlanned(account_id))) {
        this.#applyPlan(schedule);
      }
    }
  }

  #departNext(): void {
    const { endsAt = () => Infinity } = this.#options;
    const flight = this.#cutOff ? null : nextToDepart(this.#flights, endsAt);
    if (flight === null) return;
    this.#depart(flight);
    this.#departNext();
  }

  #depart(flight: Flight): void {
    const { job } = flight;
    const { account_id } = job;
    const { callTimeoutMs, clock } = this.#options;
    const schedule = this.#scheduleOf(account_id);
    schedule.depart();
    flight.cancelLimit = clock.after(2 * callTimeoutMs + WORKER_MARGIN_MS, () => {
      this.#log.error("A worker hangs and is ended.", { account_id });
      void this.#cut(flight);
    });
    for (const listener of this.#listeners) listener.started(account_id, job.kind);
    const { folder, providers, proxies = null } = this.#options;
    const task: GrantTask = { folder, providers, callTimeoutMs, proxies, job, unsaved: schedule.unsaved };
    this.#workers.start(account_id, task).catch((error: unknown) => {
      this.#log.error("A worker could not be started.", { error });
      this.#end(flight);
    });
  }

  /** Ends a flight by force. */
  async #cut(flight: Flight): Promise<void> {
    if (this.#workers.terminate(flight.job.account_id)) {
      await Promise.race([flight.ended, sleep(this.#options.clock, LONGEST_END_MS)]);
    }
    this.#end(flight);
  }

  /** Ends a flight that has not ended yet, with what its worker reported; without a report it has crashed. */
  #end(flight: Flight): void {
    if (!this.#flights.delete(flight)) return;
    const { account_id } = flight.job;
    const report = this.#scheduleOf(account_id).end(flight.report ?? crashed(account_id));
    // The listeners know of the end before those who wait for it, so that these see what was committed.
    try {
      for (const listener of this.#listeners) listener.ended(account_id, report);
    } finally {
      flight.resolve(report);
      this.#departNext();
    }
  }

  /** Ends a flight that never got a worker, of which the listeners have not heard. */
  #leaveLine(schedule: AccountSchedule): void {
    const { flight, account_id } = schedule;
    if (flight === null) return;
    this.#flights.delete(flight);
    flight.resolve(schedule.end(stopping(account_id)));
  }

  #take(account_id: string, message: GrantTaskMessage): void {
    if (message.type === "log") return this.#procedureLog[message.level](message.message, message.fields);
    const flight = this.#schedules.get(account_id)?.flight;
    if (!flight) return;
    if (message.type === "report") {
      flight.report = message.report;
      return;
    }
    if (message.type === "sent") {
      this.#options.onSent?.();
      return;
    }
    flight.answer = message.attempt;
    for (const listener of this.#listeners) listener.answered?.(account_id, message.attempt.answer.headers["date"]);
  }

  #scheduleOf(account_id: string): AccountSchedule {
    const known = this.#schedules.get(account_id);
    if (known !== undefined) return known;
    const schedule = new AccountSchedule(account_id);
    this.#schedules.set(account_id, schedule);
    return schedule;
  }
}

/** The worker's file beside this one: the source, or its bundle beside the bundle. */
export function grantWorkerFile(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./grant-worker.ts" : "./grant-worker.js", import.meta.url);
}
