import { CLOCK_SUSPECT } from "../../../src/keeper/account.ts";
import type { AccountState, TokenStatus } from "../../../src/keeper/account.ts";
import type { Tone } from "./tone.ts";

const WORDS: Readonly<Record<TokenStatus, { readonly word: string; readonly tone: Tone }>> = {
  fresh: { word: "Fresh", tone: "good" },
  due: { word: "Due", tone: "good" },
  refreshing: { word: "Refreshing", tone: "busy" },
  retrying: { word: "Retrying", tone: "warn" },
  sign_in_needed: { word: "Sign-in needed", tone: "bad" },
  misconfigured: { word: "Settings wrong", tone: "bad" },
  store_failed: { word: "Not saved", tone: "bad" },
  clock_suspect: { word: "Clock wrong", tone: "warn" },
  paused: { word: "Paused", tone: "warn" },
  static: { word: "Can't be renewed", tone: "warn" },
};

export function tokenWord(status: TokenStatus): string {
  return WORDS[status].word;
}

export function tokenTone({ status, reason }: AccountState): Tone {
  // Nothing broke where nobody has signed in yet.
  return reason === "never_signed_in" ? "warn" : WORDS[status].tone;
}

/** True while the account has a token to make calls with. */
export function isSignedIn(account: AccountState): boolean {
  return account.obtained_at !== null && account.status !== "sign_in_needed" && account.status !== "misconfigured";
}

/** How the end of the token is known, as an aside; empty if the cloud said it. */
export function expirySource({ expiry_source }: AccountState): string {
  if (expiry_source === "jwt") return ", as the token itself says";
  if (expiry_source === "refusal") return ", because an earlier one was refused long before its announced end";
  return expiry_source === "default" ? ", as usual with this cloud, which did not say" : "";
}

/** Why an account needs attention or its cloud does not answer, in one sentence; null when all is well. */
export function accountTrouble(account: AccountState): string | null {
  switch (account.status) {
    case "fresh":
    case "due":
    case "refreshing":
    case "static":
      return account.sign_in_ends_at === null
        ? null
        : "The sign-in itself is about to end, and no refresh can extend it: sign in again before then.";
    case "sign_in_needed":
      return signInReason(account);
    case "misconfigured":
      return account.last_error?.message ?? "Something in its settings is missing or wrong.";
    case "retrying":
      return account.last_error?.message ?? "The cloud did not answer; the gateway tries again by itself.";
    case "store_failed":
      return "The new token could not be written to disk. It is kept in memory and the gateway keeps trying to save it: check the free space.";
    case "clock_suspect":
      return CLOCK_SUSPECT;
    case "paused":
      return "Automatic refresh is switched off in the settings: the token will expire unless you refresh it.";
  }
}

function signInReason(account: AccountState): string {
  switch (account.reason) {
    case "never_signed_in":
    case null:
      return "Nobody has signed in yet.";
    case "signed_out":
      return "You signed out here.";
    case "grant_dead":
      return "The cloud ended the sign-in. Its tokens can no longer be refreshed.";
    case "other_user":
      return "A different user signed in.";
    case "restored_backup":
      return "A backup was restored and its token is no longer the newest.";
    case "key_wrong":
      return "The stored sign-in cannot be decrypted: its key file was changed or lost.";
    case "client_refused":
      return "The cloud does not know this client id and secret.";
    case "cloud_unreachable":
    case "cloud_error":
    case "rate_limited":
    case "automatic_refresh_off":
      return account.last_error?.message ?? "The sign-in did not last.";
  }
}

/** Who says what the account is. */
export function accountOrigin({ owner, left_options_at }: Pick<AccountState, "owner" | "left_options_at">): string {
  if (owner === "options") return "Set in the configuration tab or the environment; change it there";
  return left_options_at === null ? "Added on this page" : "Came from the configuration";
}
