import type { Secrets } from "../../log.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";
import type { Provider } from "../providers/provider.ts";
import { withVerdict } from "../token-calls/login-record.ts";
import type { LoginRecord } from "../token-calls/login-record.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { loginVerdict } from "./login-verdict.ts";

/** So often in a row it has failed before: an update of the cloud may take a login away for minutes. */
const CERTAIN_AFTER = 2;

/**
 * Whether the login that has worked is to be searched for again: there is none at its address any more, three times in a
 * row, and nobody has searched since it worked last. Returns the record with which the search begins; null for no search.
 */
export function loginMoved(
  { learned, consecutive_failures }: Pick<AccountRow, "learned" | "consecutive_failures">,
  route: LoginRoute,
  answer: RawAnswer,
  provider: Provider,
  secrets: Pick<Secrets, "scrub">,
): LoginRecord | null {
  const verdict = loginVerdict(answer, provider, route.format, secrets);
  const isGone = verdict.outcome === "no_login" || verdict.outcome === "other_format";
  // A firewall and a network's sign-in page say nothing of the login.
  if (!isGone || verdict.page || answer.status === 403 || consecutive_failures < CERTAIN_AFTER) return null;
  const searched = learned.attempts !== undefined && !learned.attempts.some(({ outcome }) => outcome === "accepted");
  return searched ? null : withVerdict([], route, verdict, answer.received_at);
}
