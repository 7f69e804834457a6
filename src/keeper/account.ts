import type { AccountEvent, AccountState, RefreshPolicy } from "./account-state.ts";
import type { AccountField } from "./providers/provider-fields.ts";

export * from "./account-state.ts";

/** A committed access token. `value` is a secret: it goes into an Authorization header and nowhere else. */
export interface AccessToken {
  readonly value: string;
  /** 0: the static token that stands in while no other can be had. */
  readonly generation: number;
  /** Epoch ms, or null where the cloud did not say and nothing could be derived. */
  readonly expires_at: number | null;
}

/** What a client of a cloud's API needs of the keeper. */
export interface TokenSource {
  /**
   * The newest committed token. Waits for a running refresh only in the token's last 30 s.
   * @throws Problem `account_not_found`, `sign_in_needed`, `misconfigured`, `cloud_unreachable`, `store_failed`
   */
  getToken(account_id: string): Promise<AccessToken>;
  /**
   * The cloud refused the token of `generation`. Refreshes once, unless a newer generation is already there, and
   * returns the newest token.
   * @throws as getToken
   */
  invalidate(account_id: string, generation: number): Promise<AccessToken>;
}

/** What a person enters of an account with an OAuth client. The keeper trims and validates all of it. */
export interface ClientDetails {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
}

/**
 * What a person enters of an account at another cloud: the fields of its provider. The gateway signs in there by itself,
 * but for the authorization code, which needs a browser once.
 */
export interface ProviderDetails extends Partial<Readonly<Record<AccountField, string>>> {
  readonly provider: string;
  readonly name: string;
}

/** What the page may change of an account. */
export type AccountChange = Partial<ClientDetails & RefreshPolicy>;

/** What else may be changed of an account at another cloud: whatever its provider has. An empty text takes it away. */
export type ProviderChange = Partial<Readonly<Record<Exclude<AccountField, keyof ClientDetails>, string>>>;

/** What a person has said of an account, to fill in a form that changes it: for those who may. No secret in here. */
export interface AccountSettings {
  readonly account_id: string;
  /** By the field's name, as it is stored: those that are not secret, and not empty. */
  readonly fields: Readonly<Partial<Record<AccountField, string>>>;
  /** The secret fields of which something is stored that can be read. */
  readonly secrets_set: readonly AccountField[];
}

/** The newest token of an account that was reported to somebody outside the gateway. */
export interface ReportedGeneration {
  readonly generation: number;
  /** When it was granted (epoch ms), where the witness knows. */
  readonly last_success_at: number | null;
}

/** Compares the accounts with what was reported of them elsewhere: a database that knows less is an older copy. */
export interface GenerationCheck {
  /** By account id; ids that the keeper does not know are passed over. Never throws. */
  checkGenerations(reported: ReadonlyMap<string, ReportedGeneration>): void;
}

/** The cloud's sign-in page for an account, with a fresh `state` in its address. */
export interface SignInPage {
  readonly url: string;
  /** The `state` is taken until then; epoch ms. */
  readonly expires_at: number;
}

/** What the page, the API and Home Assistant may ask of the keeper. Every rejection is a Problem. */
export interface AccountDesk {
  /** @throws Problem `bad_request` with `field`, `account_exists` */
  addAccount(details: ClientDetails | ProviderDetails): AccountState;
  /** @throws Problem `account_not_found` */
  settings(account_id: string): AccountSettings;
  /** @throws Problem `account_not_found`, `account_owned_by_options`, `bad_request` with `field` */
  updateAccount(account_id: string, change: AccountChange & ProviderChange): AccountState;
  /** Keeps an account that the options no longer name. @throws Problem `account_not_found`, `account_owned_by_options` */
  keepAccount(account_id: string): AccountState;
  /** Signs out and forgets the account. @throws Problem `account_not_found`, `account_owned_by_options` */
  removeAccount(account_id: string): Promise<void>;
  /** @throws Problem `account_not_found`, `misconfigured`; `bad_request`, `cloud_unreachable` where there is no page for it (yet) */
  authorise(account_id: string): SignInPage;
  /**
   * Begins a sign-in on another device, or leaves the one that is under way: `device_code` of the account says what the
   * person enters where. The gateway sees by itself when that is done.
   * @throws Problem `account_not_found`, `misconfigured`, `bad_request`, `client_refused`, `cloud_unreachable`, ...
   */
  beginDeviceCode(account_id: string): Promise<AccountState>;
  /**
   * Ends a sign-in with what the person pasted (the redirected URL, or the bare code) or with the redirect itself.
   * Without `account_id` the `state` in the URL tells the account.
   * @throws Problem `callback_without_code`, `callback_of_another_sign_in`, `sign_in_refused`, `code_refused`,
   * `client_refused`, `other_user`, `cloud_unreachable`, `cloud_error`, `cloud_answer_unreadable`, `account_not_found`
   */
  exchange(callback_url: string, account_id?: string): Promise<AccountState>;
  /** Joins a running refresh. @throws Problem `rate_limited`, `sign_in_needed`, `misconfigured`, `cloud_unreachable`, ... */
  refreshNow(account_id: string): Promise<AccountState>;
  /** Drops the grant, keeps the account. @throws Problem `account_not_found` */
  signOut(account_id: string): Promise<AccountState>;
  /** The last 200, oldest first. @throws Problem `account_not_found` */
  events(account_id: string): AccountEvent[];
}
