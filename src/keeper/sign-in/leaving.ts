import { sleep } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import type { LiveAccount } from "../accounts/live-accounts.ts";
import type { GrantRunner } from "../grant/grant-runner.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";

export interface LeavingOptions {
  readonly providers: readonly Provider[];
  readonly runner: GrantRunner;
  readonly clock: Clock;
}

/** How long a sign-out or a removal waits for the cloud to end the grant. */
const REVOCATION_WAIT_MS = 10_000;

/** Asks the cloud to end the grant, where it can be asked. A cloud that does not answer stops nobody from leaving. */
export async function endAtCloud({ row, token }: LiveAccount, options: LeavingOptions): Promise<void> {
  const provider = accountProvider(options.providers, row);
  if (provider === null || provider.revocationUrl === null || token === null) return;
  const limit = new AbortController();
  await Promise.race([
    options.runner.run({ kind: "revoke", account_id: row.id }),
    sleep(options.clock, REVOCATION_WAIT_MS, limit.signal).catch(() => undefined),
  ]);
  limit.abort();
}
