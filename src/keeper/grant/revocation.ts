import { callContextOf } from "./grant-context.ts";
import type { GrantContext } from "./grant-context.ts";
import { CallError } from "../token-calls/http-call.ts";
import { requestRevocation } from "../token-calls/oauth-client.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";

/**
 * Ends the account's grant at its cloud (RFC 7009), where that has an endpoint for it. What fails here is logged and
 * nothing else: the account is signed out or removed all the same.
 */
export async function revokeGrant(context: GrantContext, account: AccountRow): Promise<void> {
  const { vault, log } = context;
  const provider = accountProvider(context.providers, account);
  const token = vault.tokens.newest(account.id);
  if (provider === null || provider.revocationUrl === null || token === null) return;
  const client = { client_id: account.client_id, client_secret: vault.accounts.clientSecret(account.id) };
  try {
    const { status } = await requestRevocation(provider, client, token, callContextOf(context));
    if (status < 300) log.info("The cloud has ended the grant.", { account: account.name, account_id: account.id });
    else
      log.warn("The cloud did not end the grant; it was deleted here.", {
        account: account.name,
        account_id: account.id,
        status,
      });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { code } = error;
    log.warn("The cloud could not be asked to end the grant; it was deleted here.", {
      account: account.name,
      account_id: account.id,
      code,
    });
  }
}
