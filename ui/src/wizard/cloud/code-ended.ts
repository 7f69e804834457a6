import type { AccountState, DeviceCodeState } from "../../../../src/keeper/account-state.ts";

/** How a sign-in on another device ended without one, in words. */
export function codeEnded({ last_error }: Pick<AccountState, "last_error">, code: DeviceCodeState | null): string {
  // Still there, and over: nobody has entered it.
  if (code !== null) return EXPIRED;
  switch (last_error?.code) {
    case "access_denied":
      return "The access was refused on the other device. Get a new code and allow it there.";
    case "expired_token":
      return EXPIRED;
    case undefined:
      return "The sign-in has ended without a token. Get a new code to begin again.";
    default:
      return last_error?.message ?? EXPIRED;
  }
}

const EXPIRED = "The code has expired before anybody entered it. Get a new one.";
