import type { GrantJob, GrantReport } from "../keeper/grant/grant-runner.ts";
import type { AnsweredAttempt } from "../keeper/vault/tables/attempt.ts";
import { isUrgent, newFlight } from "./flight.ts";
import type { Flight } from "./flight.ts";

/**
 * - `idle`: nothing is planned. `plan(at)` → planned, `queue(job)` → waiting
 * - `planned`: a refresh has its date. `plan(null)` → idle, `queue(job)` → waiting
 * - `waiting`: its flight stands in line. `depart()` → running, `end(report)` → idle
 * - `running`: its flight has a worker. `end(report)` → idle
 *
 * A date that is planned while it waits or runs counts afterwards: the flight ends as planned, not idle.
 */
export type ScheduleState = "idle" | "planned" | "waiting" | "running";

/** What one account has planned, and what of it is under way: at most one flight. It starts nothing itself. */
export class AccountSchedule {
  readonly account_id: string;
  #plannedAt: number | null = null;
  #flight: Flight | null = null;
  #unsaved: AnsweredAttempt | null = null;

  constructor(account_id: string) {
    this.account_id = account_id;
  }

  get state(): ScheduleState {
    if (this.#flight !== null) return this.#flight.departed ? "running" : "waiting";
    return this.#plannedAt === null ? "idle" : "planned";
  }

  /** When the next refresh starts by itself (epoch ms). */
  get plannedAt(): number | null {
    return this.#plannedAt;
  }

  get flight(): Flight | null {
    return this.#flight;
  }

  /** The answer that its last flight may not have saved. Its next one does that before anything else. */
  get unsaved(): AnsweredAttempt | null {
    return this.#unsaved;
  }

  /** @param at in place of what was planned before; null for no more refreshes, and nothing left to save */
  plan(at: number | null): void {
    this.#plannedAt = at;
    if (at === null) this.#unsaved = null;
  }

  /** Nothing starts by itself any more. */
  cancelPlan(): void {
    this.#plannedAt = null;
  }

  /** The job takes the place of what was planned. */
  queue(job: GrantJob): Flight {
    if (this.#flight !== null) throw new Error(`Account ${this.account_id} has a flight already.`);
    this.#plannedAt = null;
    this.#flight = newFlight(job);
    return this.#flight;
  }

  /** Somebody wants this job too, while there is a flight: it may be more urgent now. */
  join(job: GrantJob): void {
    if (this.#flight !== null) this.#flight.urgent ||= isUrgent(job);
  }

  depart(): void {
    if (this.#flight !== null) this.#flight.departed = true;
  }

  /** The flight's thread is gone, or it never gets one. Returns what is to be told of it. */
  end(report: GrantReport): GrantReport {
    const answer = this.#flight?.answer ?? this.#unsaved;
    this.#flight?.cancelLimit();
    this.#flight = null;
    const mayBeLost = report.outcome === "broken" && answer !== null;
    this.#unsaved = mayBeLost ? answer : null;
    return mayBeLost ? { ...report, unsaved: answer } : report;
  }
}
