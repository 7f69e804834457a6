import type { Provider } from "../providers/provider.ts";
import type { BrokenReport } from "./grant-runner.ts";
import { readTokenAnswer, renewed } from "../answers/token-response.ts";
import { isSignIn } from "../vault/tables/attempt.ts";
import { refreshSince } from "../vault/tables/token-table.ts";
import type { StoredToken } from "../vault/tables/token-table.ts";

/**
 * The token of an answer that the disk does not take. Not after a crash, which leaves the answer in the journal; not of
 * a sign-in, whose user is not known yet.
 */
export function unsavedToken(
  token: StoredToken | null,
  { problem, unsaved }: BrokenReport,
  provider: Provider,
): StoredToken | null {
  if (unsaved === undefined || problem.code === "internal" || isSignIn(unsaved)) return null;
  const pair = readTokenAnswer(unsaved.answer, provider, token);
  if (pair === null) return null;
  const whole = renewed(pair, token);
  return { ...whole, refresh_since_at: refreshSince(whole, token), generation: unsaved.generation + 1 };
}
