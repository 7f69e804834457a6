import { fromJson } from "../../providers/provider-fields.ts";
import type { ProviderCredentials } from "../../providers/provider-fields.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";
import { SealBroken } from "../disk/sealing.ts";

/** The secrets that a person gave beside the client's; none for an account that is gone. Each is registered. */
export function readCredentials(db: SealedDatabase, account_id: string): ProviderCredentials {
  const row = db.sql
    .prepare<[string], { sealed_credentials: Buffer | null }>("SELECT sealed_credentials FROM account WHERE id = ?")
    .get(account_id);
  if (!row?.sealed_credentials) return {};
  const credentials: ProviderCredentials = fromJson(db.unseal(row.sealed_credentials, credentialsOf(account_id)));
  for (const secret of Object.values(credentials)) db.register(secret);
  return credentials;
}

/**
 * Within a transaction: the refresh token that was to be sent next has been replaced or refused, and counts no more.
 * Credentials that can't be read stay as they are.
 * @returns whether there was one
 */
export function dropSeed(db: SealedDatabase, account_id: string): boolean {
  const { refresh_token: seed, ...credentials } = readable(db, account_id);
  if (seed === undefined) return false;
  db.sql
    .prepare("UPDATE account SET sealed_credentials = ? WHERE id = ?")
    .run(sealCredentials(db, account_id, credentials), account_id);
  return true;
}

function readable(db: SealedDatabase, account_id: string): ProviderCredentials {
  try {
    return readCredentials(db, account_id);
  } catch (error) {
    if (error instanceof SealBroken) return {};
    throw error;
  }
}

/** Within a transaction: the account's next token is asked for with this. */
export function keepSeed(db: SealedDatabase, account_id: string, refresh_token: string): void {
  const credentials = { ...readCredentials(db, account_id), refresh_token };
  db.sql
    .prepare("UPDATE account SET sealed_credentials = ? WHERE id = ?")
    .run(sealCredentials(db, account_id, credentials), account_id);
}

/** As they are stored; null for none. */
export function sealCredentials(
  db: SealedDatabase,
  account_id: string,
  credentials: ProviderCredentials,
): Buffer | null {
  const none = Object.keys(credentials).length === 0;
  return none ? null : db.seal(JSON.stringify(credentials), credentialsOf(account_id));
}

const credentialsOf = (owner: string) => ({ purpose: "credentials", owner, generation: 0 }) as const;
