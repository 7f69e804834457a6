import type { AccountState } from "../../../../src/keeper/account.ts";
import { duration } from "../../words/time.ts";

/** How a sign-in has gone, and how long its token lives. */
export function tokenSentence({ status, obtained_at, expires_at }: AccountState): string {
  const life = obtained_at === null || expires_at === null ? null : duration(expires_at - obtained_at);
  if (status === "static") {
    return life === null ? "The token is stored; when it ends is not known" : `The token is stored; it lives ${life}`;
  }
  return life === null ? "Signed in" : `Signed in; the token lives ${life}`;
}
