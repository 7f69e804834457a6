import type { ClientAuthentication, DetailField } from "./providers/provider-fields.ts";
import type { AccountState, AccountEvent, RefreshPolicy } from "./account-state.ts";

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

/** What a person may say about an account. All are trimmed and validated by the keeper. */
export interface AccountDetails {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
}

/**
 * What a person says of an account at another cloud. The gateway signs in there by itself, but for the authorization
 * code, which needs a browser once.
 */
export type SourceDetails =
  | {
      readonly provider: "oauth2";
      readonly name: string;
      readonly grant: "authorization_code" | "client_credentials";
      readonly client_id: string;
      readonly client_secret?: string;
      /** For the authorization code. */
      readonly redirect_uri?: string;
      /** Where the discovery document lies; or the endpoints one by one, which count more. */
      readonly issuer?: string;
      readonly authorize_url?: string;
      readonly token_url?: string;
      readonly revocation_url?: string;
      readonly scope?: string;
      readonly audience?: string;
      readonly client_authentication?: ClientAuthentication;
    }
  | {
      readonly provider: "yoto";
      readonly name: string;
      readonly client_id: string;
      /** To begin with: it is replaced by the first refresh. */
      readonly refresh_token: string;
    }
  | {
      readonly provider: "watttime";
      readonly name: string;
      readonly username: string;
      readonly password: string;
      /** A static token: the last resort while no login works. */
      readonly token?: string;
    }
  | {
      readonly provider: "login";
      readonly name: string;
      /** The login's own address; or the cloud's, where the usual paths are tried once. */
      readonly url: string;
      readonly username: string;
      readonly password: string;
    }
  | { readonly provider: "static"; readonly name: string; readonly token: string };

/** What the page may change of an account. */
export type AccountChange = Partial<AccountDetails & RefreshPolicy>;

/** What else may be changed of an account at another cloud: whatever its provider has. An empty text takes it away. */
export type SourceChange = Partial<Readonly<Record<Exclude<DetailField, keyof AccountDetails>, string>>>;

/** The newest token of an account that somebody outside the gateway was told of. */
export interface ToldGeneration {
  readonly generation: number;
  /** When it was granted (epoch ms), where the witness knows. */
  readonly last_success_at: number | null;
}

/** Who takes a witness's word on how far the accounts had come: a database that knows less is an older copy. */
export interface GenerationAudience {
  /** By account id; ids that the keeper does not know are passed over. Never throws. */
  hearGenerations(told: ReadonlyMap<string, ToldGeneration>): void;
}

/** What the faces (page, API, Home Assistant) may ask of the keeper. Every rejection is a Problem. */
export interface AccountDesk {
  /** @throws Problem `bad_request` with `field`, `account_exists` */
  addAccount(details: AccountDetails | SourceDetails): AccountState;
  /** @throws Problem `account_not_found`, `account_owned_by_options`, `bad_request` with `field` */
  updateAccount(account_id: string, change: AccountChange & SourceChange): AccountState;
  /** Signs out and forgets the account. @throws Problem `account_not_found`, `account_owned_by_options` */
  removeAccount(account_id: string): Promise<void>;
  /** The cloud's sign-in page for this account, with a fresh `state`. @throws Problem `account_not_found`, `misconfigured` */
  authorise(account_id: string): { readonly url: string };
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
