import type { AccountState, ClientDetails, RefreshPolicy } from "../account.ts";
import type { ProviderSettings } from "../providers/provider-fields.ts";
import type { StoredImport } from "./import-table.ts";

/** An account of the default provider as another program has kept it. */
export interface TakenAccount extends ClientDetails {
  /** Empty where the file has none: it is needed for the next sign-in only. */
  readonly redirect_uri: string;
  readonly settings: ProviderSettings;
  /** Nobody knows how long it lives: it is used until it is refused. */
  readonly access_token: string | null;
  /** Due at once. */
  readonly refresh_token: string | null;
  readonly policy: RefreshPolicy;
  /** Whether the file says some of it, so that it holds for this account alone. */
  readonly policySet: boolean;
  /** What the account's history says of its beginning. */
  readonly message: string;
  /** What is remembered of the file. */
  readonly record: Omit<StoredImport, "account_id">;
}

/** Takes over what other programs have kept. */
export interface AccountHeir {
  /**
   * Adds the account and remembers its file, with its tokens: all of it, or nothing.
   * @throws Problem `bad_request` with `field`, `account_exists`, `store_failed`
   */
  takeOver(taken: TakenAccount): AccountState;
  /** All accounts, of every provider. */
  accounts(): AccountState[];
}
