import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { phrase } from "../../said/phrase.ts";
import type { AnsweredAttempt } from "../vault/tables/attempt.ts";

/** What the one procedure can be asked to do for an account. Plain values: a job may cross to a worker thread. */
export type GrantJob =
  | {
      readonly kind: "refresh";
      readonly account_id: string;
      /** The generation that is to be replaced; null: whichever it is, if it is due. */
      readonly generation: number | null;
    }
  | {
      readonly kind: "sign_in";
      readonly account_id: string;
      readonly code: string;
      readonly redirect_uri: string;
      /** What its sign-in began with (PKCE); null where it began without. */
      readonly code_verifier?: string | null;
    }
  /** Begins a sign-in on another device; that it is done is seen by the refreshes that follow. */
  | { readonly kind: "device_code"; readonly account_id: string }
  /** Ends the grant at the cloud, where that can be asked; nothing of it is forgotten here. */
  | { readonly kind: "revoke"; readonly account_id: string };

/** How it ended. What was committed is in the vault; this only says where to look. */
export type GrantReport =
  | { readonly outcome: "committed"; readonly account_id: string; readonly generation: number }
  /**
   * Nothing was asked for: not due, a newer generation is there, the account is gone, or its grant was to be ended. Or
   * what was asked for has begun, and is not there yet.
   */
  | { readonly outcome: "unneeded"; readonly account_id: string }
  /** The cloud did not grant; the account's health in the vault says so. */
  | { readonly outcome: "failed"; readonly account_id: string; readonly problem: ProblemRecord }
  | BrokenReport;

/** The procedure itself could not do its work (the disk, a crash): nothing of it may be in the vault. */
export interface BrokenReport {
  readonly outcome: "broken";
  readonly account_id: string;
  readonly problem: ProblemRecord;
  /** The answer that may exist in memory alone. The runner keeps it, and the account's next flight saves it first. */
  readonly unsaved?: AnsweredAttempt;
}

/** A Problem as plain values. */
export interface ProblemRecord {
  readonly code: ProblemCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** @param account_id the account that it is about, where whoever asked may not know it */
export function toProblem({ code, message, retryable }: ProblemRecord, account_id?: string): Problem {
  return new Problem(code, message, { retryable, ...(account_id === undefined ? {} : { account_id }) });
}

/** The account was changed while somebody signed in to it. */
export function changedMeanwhile(name: string): Problem {
  return new Problem("sign_in_refused", phrase("sign_in_changed", { name }));
}

export function toRecord(problem: Problem): ProblemRecord {
  return { code: problem.code, message: problem.message, retryable: problem.retryable };
}

/** Is called for every flight, whoever started it. */
export interface FlightListener {
  started(account_id: string, kind: GrantJob["kind"]): void;
  /** The account's cloud has just answered, with this `Date` header. */
  answered?(account_id: string, date: string | undefined): void;
  ended(account_id: string, report: GrantReport): void;
}

/**
 * Runs the procedure, one flight per account: in a worker thread (the jobs), or in-process (a simulation). A flight
 * always ends with a report; a crash is a failed one.
 */
export interface GrantRunner {
  /** A refresh joins the account's running flight; everything else starts after it. */
  run(job: GrantJob): Promise<GrantReport>;
  /** When the account's next refresh starts by itself, in place of what was planned before; null for not at all. */
  plan(account_id: string, at: number | null): void;
  listen(listener: FlightListener): void;
}
