import type { AccountState, TokenStatus } from "../../../src/keeper/account.ts";
import { say } from "./language/words.ts";
import { told } from "./said.ts";
import type { Tone } from "./tone.ts";

const TONES: Readonly<Record<TokenStatus, Tone>> = {
  fresh: "good",
  due: "good",
  refreshing: "busy",
  retrying: "warn",
  sign_in_needed: "bad",
  misconfigured: "bad",
  store_failed: "bad",
  clock_suspect: "warn",
  paused: "warn",
  static: "warn",
};

export function tokenWord(status: TokenStatus): string {
  return say(`tokens.status_${status}`);
}

export function tokenTone({ status, reason }: AccountState): Tone {
  // Nothing broke where nobody has signed in yet.
  return reason === "never_signed_in" ? "warn" : TONES[status];
}

/** True while the account has a token to make calls with. */
export function isSignedIn(account: AccountState): boolean {
  return account.obtained_at !== null && account.status !== "sign_in_needed" && account.status !== "misconfigured";
}

/** How the end of the token is known, as an aside; empty if the cloud said it. */
export function expirySource({ expiry_source: source }: AccountState): string {
  return source === null || source === "answer" ? "" : say(`tokens.expiry_${source}`);
}

/** Why an account needs attention or its cloud does not answer, in one sentence; null when all is well. */
export function accountTrouble(account: AccountState): string | null {
  switch (account.status) {
    case "fresh":
    case "due":
    case "refreshing":
    case "static":
      return account.sign_in_ends_at === null ? null : say("tokens.trouble_sign_in_ends");
    case "sign_in_needed":
      return signInReason(account);
    case "misconfigured":
    case "retrying":
      return account.last_error === null ? say(`tokens.trouble_${account.status}`) : told(account.last_error);
    case "store_failed":
    case "clock_suspect":
    case "paused":
      return say(`tokens.trouble_${account.status}`);
  }
}

function signInReason({ reason, last_error }: AccountState): string {
  switch (reason) {
    case null:
      return say("tokens.reason_never_signed_in");
    case "never_signed_in":
    case "signed_out":
    case "grant_dead":
    case "other_user":
    case "restored_backup":
    case "key_wrong":
    case "client_refused":
      return say(`tokens.reason_${reason}`);
    case "cloud_unreachable":
    case "cloud_error":
    case "rate_limited":
    case "automatic_refresh_off":
      return last_error === null ? say("tokens.reason_not_lasted") : told(last_error);
  }
}

/** Who says what the account is. */
export function accountOrigin({ owner, left_options_at }: Pick<AccountState, "owner" | "left_options_at">): string {
  if (owner === "options") return say("tokens.origin_options");
  return say(left_options_at === null ? "tokens.origin_page" : "tokens.origin_left_options");
}
