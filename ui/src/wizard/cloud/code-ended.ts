import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import type { AccountState, DeviceCodeState } from "../../../../src/keeper/account-state.ts";

/**
 * How a sign-in on another device ended without one, in words. It leaves the account's health as it was: why is in its
 * history alone.
 */
export function codeEnded({ recent }: Pick<AccountState, "recent">, code: DeviceCodeState | null): string {
  // Still there, and over: nobody has entered it.
  if (code !== null) return say("clouds.code_expired");
  const last = recent.at(-1);
  if (last?.kind !== "failed") return say("clouds.begin_again");
  if (last.code === "expired_token") return say("clouds.code_expired");
  return last.code === "access_denied" ? say("clouds.access_denied") : told(last);
}
