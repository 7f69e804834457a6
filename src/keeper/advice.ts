import type { ProblemCode } from "../problem.ts";
import type { Failure } from "./failure.ts";

/** What the gateway does next after a failed refresh. `late`: a sign-in is needed, unless one last look finds it is not. */
export type Next = "at_once" | "backoff" | "late" | "by_hand" | "never";

/** What to tell a person of a failed refresh: what happened, and who does something about it. */
export function refreshAdvice(failure: Failure, next: Next): string {
  return `${failure.what}; ${refreshOutlook(failure, next)}`;
}

function refreshOutlook(failure: Failure, next: Next): string {
  if (next === "never") return "sign in again.";
  if (next === "late") return "sign in again. The gateway looks once more within half an hour, should it be an outage.";
  if (next === "by_hand" && failure.class === "configuration") return "the gateway tries again when that is changed.";
  if (next === "by_hand") return "try again in a moment, or sign in again.";
  switch (failure.class) {
    case "transient":
      return "the gateway tries again by itself.";
    case "configuration":
      return failure.refused
        ? "the gateway tries again in a minute, in half an hour, and then once a day."
        : "the gateway also tries again each hour.";
    case "dead_grant":
      return "the gateway asks once more in a minute before it asks for a new sign-in.";
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

export function refreshProblemCode(failure: Failure, next: Next): ProblemCode {
  if (next === "never" || next === "late") return "sign_in_needed";
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
