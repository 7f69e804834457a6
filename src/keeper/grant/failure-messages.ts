import type { ProblemCode } from "../../problem.ts";
import type { Failure } from "./failure.ts";

/** What becomes of a failed refresh. */
export interface Outlook {
  /** The gateway tries again by itself. */
  readonly isPlanned: boolean;
  /** A person is asked to do something about it. */
  readonly told: boolean;
}

/** What to tell a person of a failed refresh: what happened, and who does something about it. */
export function refreshAdvice(failure: Failure, outlook: Outlook): string {
  return `${failure.what}; ${refreshOutlook(failure, outlook)}`;
}

function refreshOutlook({ class: kind }: Failure, { isPlanned, told }: Outlook): string {
  switch (kind) {
    case "transient":
      return isPlanned ? "the gateway tries again by itself." : "try again in a moment, or sign in again.";
    case "configuration":
      if (!isPlanned) return "the gateway tries again when that is changed.";
      return told
        ? "the gateway also tries again by itself, at least once a day."
        : "the gateway asks once more in a minute, in case it is an outage.";
    case "dead_grant":
      if (!isPlanned) return "sign in again.";
      return told
        ? "sign in again. The gateway also tries again by itself, in case it is an outage."
        : "the gateway asks once more in a minute before it asks for a new sign-in.";
  }
}

/** What to tell a person whose sign-in failed. */
export function signInAdvice(failure: Failure): string {
  switch (failure.class) {
    case "transient":
      return `${failure.what}; try the sign-in again in a moment.`;
    case "configuration":
      return `${failure.what}, then sign in again.`;
    case "dead_grant":
      return `${failure.what}; a code works once and only for minutes: start the sign-in again.`;
  }
}

export function refreshProblemCode(failure: Failure): ProblemCode {
  switch (failure.class) {
    case "transient":
      return cloudProblemCode(failure);
    case "configuration":
      return "misconfigured";
    case "dead_grant":
      return "sign_in_needed";
  }
}

export function signInProblemCode(failure: Failure): ProblemCode {
  switch (failure.class) {
    case "transient":
      return cloudProblemCode(failure);
    case "configuration":
      return "client_refused";
    case "dead_grant":
      return "code_refused";
  }
}

function cloudProblemCode({ code, reason }: Failure): ProblemCode {
  if (code === "answer_unreadable") return "cloud_answer_unreadable";
  return reason === "rate_limited" || reason === "cloud_unreachable" ? reason : "cloud_error";
}
