import type { AccountState, DeviceCodeState } from "../../../../src/keeper/account-state.ts";

/**
 * How a sign-in on another device ended without one, in words. It leaves the account's health as it was: why is in its
 * history alone.
 */
export function codeEnded({ recent }: Pick<AccountState, "recent">, code: DeviceCodeState | null): string {
  // Still there, and over: nobody has entered it.
  if (code !== null) return EXPIRED;
  const last = recent.at(-1);
  if (last?.kind !== "failed") return "The sign-in has ended without a token. Get a new code to begin again.";
  if (last.code === "expired_token") return EXPIRED;
  return last.code === "access_denied" ? DENIED : last.message;
}

const DENIED = "The access was refused on the other device. Get a new code and allow it there.";
const EXPIRED = "The code has expired before anybody entered it. Get a new one.";
