/** What a client may be allowed to send. */
export const CLIENT_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
export type ClientMethod = (typeof CLIENT_METHODS)[number];

/** What a program may do with the accounts. */
export interface ClientScope {
  /** The ids of the accounts that it may use. */
  readonly accounts: readonly string[];
  readonly methods: readonly ClientMethod[];
  /** Below the API's address; `/` is all of it. */
  readonly path_prefixes: readonly string[];
  readonly requests_per_minute: number;
  /** It may be handed the bare access token. */
  readonly may_read_token: boolean;
}

/** A program that reads APIs through the gateway. It shows a token of its own, of which only a hash is kept. */
export interface Client extends ClientScope {
  readonly id: string;
  readonly name: string;
  /** Epoch ms. */
  readonly created_at: number;
  /** Null while it may ask. */
  readonly revoked_at: number | null;
}
