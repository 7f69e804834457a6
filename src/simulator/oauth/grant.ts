/** A person's consent to a client, on which all its tokens depend. Times are epoch ms. */
export interface Grant {
  readonly id: string;
  readonly client_id: string;
  readonly user_id: string;
  readonly scope: string;
  readonly created_at: number;
  revoked_at: number | null;
  revoked_because: RevocationReason | null;
  /** 1 after the sign-in, one more with each refresh. */
  generation: number;
}

export type RevocationReason = "refresh_token_reused" | "code_reused" | "logged_out" | "replaced" | "revoked";

export interface RefreshToken {
  readonly value: string;
  readonly grant_id: string;
  readonly generation: number;
  readonly issued_at: number;
  spent_at: number | null;
}

export interface AccessToken {
  readonly value: string;
  readonly grant_id: string;
  readonly generation: number;
  readonly issued_at: number;
  expires_at: number;
}

/** What outlives the process. */
export interface GrantsState {
  readonly grants: readonly Grant[];
  readonly refresh_tokens: readonly RefreshToken[];
  readonly access_tokens: readonly AccessToken[];
}

/** What the token endpoint hands out. */
export interface TokenPair {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  /** Null where the answer of a refresh leaves it out. */
  readonly refresh_token: string | null;
}

/** Who holds what: the newest tokens of a grant, as only the cloud can know them. */
export interface GrantView {
  readonly id: string;
  readonly client_id: string;
  readonly user_id: string;
  readonly scope: string;
  readonly created_at: number;
  readonly revoked_at: number | null;
  readonly revoked_because: RevocationReason | null;
  readonly generation: number;
  readonly refresh_token: string | null;
  readonly access_token: string | null;
  readonly access_expires_at: number | null;
}

/** The OAuth error with which the token endpoint refuses. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
  readonly error: TokenError;

  constructor(error: TokenError, message: string) {
    super(message);
    this.error = error;
  }
}

export type TokenError = "invalid_request" | "invalid_client" | "invalid_grant" | "unsupported_grant_type";
