import { Problem } from "../../problem.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { Provider, ProviderApi } from "../providers/provider.ts";
import type { Vault } from "../vault/vault.ts";

/** Where the API of each account lies. */
export class AccountApis {
  readonly #vault: Pick<Vault, "accounts">;
  readonly #providers: readonly Provider[];

  constructor(vault: Pick<Vault, "accounts">, providers: readonly Provider[]) {
    this.#vault = vault;
    this.#providers = providers;
  }

  /** Null for an account that is gone, or of a kind that this version does not know. */
  apiOf(account_id: string): ProviderApi | null {
    const row = this.#vault.accounts.get(account_id);
    return row === null ? null : (accountProvider(this.#providers, row)?.api ?? null);
  }

  /** The address of `path` in the account's API. @throws Problem `account_not_found` */
  urlOf(account_id: string, path: string): string {
    const base = this.apiOf(account_id)?.url ?? null;
    if (base !== null) return `${base}${path}`;
    throw new Problem("account_not_found", "There is no such account: it may have been removed.");
  }
}
