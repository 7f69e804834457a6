import type { AccountState } from "../../../../src/keeper/account.ts";
import { say } from "../../words/language/words.ts";
import { duration } from "../../words/time.ts";

/** How a sign-in has gone, and how long its token lives. */
export function tokenSentence({ status, obtained_at, expires_at }: AccountState): string {
  const life = obtained_at === null || expires_at === null ? null : duration(expires_at - obtained_at);
  if (status === "static") {
    return life === null ? say("wizard.token_stored") : say("wizard.token_stored_for", { life });
  }
  return life === null ? say("wizard.signed_in") : say("wizard.signed_in_for", { life });
}
