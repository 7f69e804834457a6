import type { GrantJob, GrantReport } from "../keeper/grant/grant-runner.ts";
import type { AnsweredAttempt } from "../keeper/vault/tables/attempt.ts";
import { phrase } from "../said/phrase.ts";

/** One grant: in the line for a worker, or under way in one. */
export interface Flight {
  readonly job: GrantJob;
  readonly ended: Promise<GrantReport>;
  readonly resolve: (report: GrantReport) => void;
  /** Somebody waits for it, or for what comes after it: a person, or a command without a token. */
  urgent: boolean;
  /** It has a worker. */
  departed: boolean;
  cancelLimit: () => void;
  /** What the worker posted; the flight ends when the thread has. */
  report: GrantReport | null;
  /** What the cloud answered in it, which the worker posts before it writes it down. */
  answer: AnsweredAttempt | null;
}

export function newFlight(job: GrantJob): Flight {
  const { promise: ended, resolve } = Promise.withResolvers<GrantReport>();
  return {
    job,
    ended,
    resolve,
    urgent: isUrgent(job),
    departed: false,
    cancelLimit: () => {},
    report: null,
    answer: null,
  };
}

/** A refresh of a certain generation is asked for by somebody who waits for it; the others are only due. */
export function isUrgent(job: GrantJob): boolean {
  return job.kind !== "refresh" || job.generation !== null;
}

export function whenDue(account_id: string): GrantJob {
  return { kind: "refresh", account_id, generation: null };
}

export function crashed(account_id: string): GrantReport {
  return broken(account_id, phrase("refresh_ended"));
}

export function stopping(account_id: string): GrantReport {
  return broken(account_id, phrase("gateway_stopping"));
}

function broken(account_id: string, message: string): GrantReport {
  return { outcome: "broken", account_id, problem: { code: "internal", message, retryable: true } };
}
