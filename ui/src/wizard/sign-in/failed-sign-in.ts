import { failedAt, redirectTrouble } from "../../../../src/keeper/sign-in/redirect-sentence.ts";
import type { FailedSignIn } from "../../live/place.ts";
import { say } from "../../words/language/words.ts";
import type { Finding } from "../credentials.ts";

/** What is said at a field of the account that a sign-in failed at; null at any other. */
export function failedFinding(failed: FailedSignIn | null, field: string, hasLocks: boolean): Finding | null {
  if (failed === null) return null;
  const at = failedAt(failed.code, failed.error);
  if (at === "redirect_uri" && field === "redirect_uri") {
    return { kind: "mistake", text: say(hasLocks ? "wizard.failed_redirect" : "wizard.failed_redirect_elsewhere") };
  }
  if (at !== "client") return null;
  if (field === "client_secret") return { kind: "doubt", text: say("wizard.failed_secret") };
  return field === "client_id" ? { kind: "mistake", text: clientSentence(failed, hasLocks) } : null;
}

function clientSentence({ code }: FailedSignIn, hasLocks: boolean): string {
  if (code === "misconfigured") return say("wizard.failed_settings");
  return say(hasLocks ? "wizard.failed_client" : "wizard.failed_client_elsewhere");
}

/** How a sign-in ended that failed at nothing of the account. */
export function failedSentence({ code, error }: FailedSignIn): string {
  switch (code) {
    case "sign_in_refused":
      return refusedSentence(error);
    case "code_refused":
      return say("wizard.failed_code");
    case "callback_without_code":
      return say("wizard.failed_no_code");
    case "callback_of_another_sign_in":
      return say("wizard.failed_other_sign_in");
    case "other_user":
      return say("wizard.failed_other_user");
    case "cloud_unreachable":
    case "cloud_error":
    case "cloud_answer_unreadable":
    case "rate_limited":
      return say("wizard.failed_later");
    default:
      return say("wizard.failed_other");
  }
}

function refusedSentence(error: string | null): string {
  const trouble = redirectTrouble(error);
  if (trouble === "later") return say("wizard.failed_later");
  if (error === null || error === "access_denied") return say("wizard.failed_refused");
  return say("wizard.failed_error", { error });
}
