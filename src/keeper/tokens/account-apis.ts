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
}
