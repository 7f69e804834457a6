import { Problem } from "../../problem.ts";
import { accountProvider } from "../providers/account-provider.ts";
import type { ProviderAccount } from "../providers/account-provider.ts";
import type { Provider, ProviderApi } from "../providers/provider.ts";
import { phrase } from "../../said/phrase.ts";

/** The accounts as they are in memory: each request to a cloud asks for one. */
export interface AccountRows {
  find(account_id: string): { readonly row: ProviderAccount } | undefined;
}

/** Where the API of each account lies. */
export class AccountApis {
  readonly #accounts: AccountRows;
  readonly #providers: readonly Provider[];

  constructor(accounts: AccountRows, providers: readonly Provider[]) {
    this.#accounts = accounts;
    this.#providers = providers;
  }

  /** Null for an account that is gone, or of a kind that this version does not know. */
  apiOf(account_id: string): ProviderApi | null {
    const entry = this.#accounts.find(account_id);
    return entry === undefined ? null : (accountProvider(this.#providers, entry.row)?.api ?? null);
  }

  /** The address of `path` in the account's API. @throws Problem `account_not_found` */
  urlOf(account_id: string, path: string): string {
    const base = this.apiOf(account_id)?.url ?? null;
    if (base !== null) return `${base}${path}`;
    throw new Problem("account_not_found", phrase("account_gone"));
  }
}
