import type { ProblemCode } from "../../problem.ts";
import type { Failure } from "./failure.ts";
import { phrase } from "../../said/phrase.ts";

/** What becomes of a failed refresh. */
export interface Outlook {
  /** The gateway tries again by itself. */
  readonly isPlanned: boolean;
  /** A person is asked to do something about it. */
  readonly told: boolean;
}

/**
 * What to tell a person of a failed refresh: what happened, and who does something about it.
 *
 * @param meanwhile a further sentence, or nothing
 */
export function refreshAdvice(failure: Failure, outlook: Outlook, meanwhile: string): string {
  return phrase("refresh_failed", { what: failure.what, outlook: refreshOutlook(failure, outlook), meanwhile });
}

function refreshOutlook({ class: kind }: Failure, { isPlanned, told }: Outlook): string {
  switch (kind) {
    case "transient":
      return isPlanned ? phrase("part_outlook_by_itself") : phrase("part_outlook_moment");
    case "configuration":
      if (!isPlanned) return phrase("part_outlook_changed");
      return told ? phrase("part_outlook_daily") : phrase("part_outlook_outage");
    case "dead_grant":
      if (!isPlanned) return phrase("part_outlook_sign_in");
      return told ? phrase("part_outlook_sign_in_or_itself") : phrase("part_outlook_asks_again");
  }
}

/** What to tell a person whose sign-in failed. */
export function signInAdvice(failure: Failure): string {
  switch (failure.class) {
    case "transient":
      return phrase("sign_in_failed_for_now", { what: failure.what });
    case "configuration":
      return phrase("sign_in_configuration", { what: failure.what });
    case "dead_grant":
      return phrase("sign_in_code_refused", { what: failure.what });
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
