import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";
import { TokenRefusal } from "./grant.ts";
import type { AccessToken, Grant, GrantsState, GrantView, RefreshToken, RevocationReason, TokenPair } from "./grant.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import type { CallCounters } from "../call-counters.ts";

/** Keeps the grants over restarts; `save` has them on disk when it returns. */
export interface GrantsStore {
  load(): GrantsState;
  save(state: GrantsState): void;
}

export interface GrantsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: GrantsStore | null;
  readonly counters: CallCounters;
  readonly settings: () => CloudSettings;
}

export interface CodeRequest {
  readonly client_id: string;
  readonly user_id: string;
  readonly redirect_uri: string;
  readonly scope: string;
}

/** Which grants; without members, all of them. */
export interface GrantFilter {
  readonly grant_id?: string;
  readonly client_id?: string;
  readonly user_id?: string;
}

interface Code extends CodeRequest {
  readonly expires_at: number;
  /** The grant it was exchanged for. */
  grant_id: string | null;
}

/** How many spent refresh tokens of a grant are remembered as spent; older ones are unknown. */
const KNOWN_SPENT = 1000;

/** Codes, grants and tokens. Nothing is handed out that is not saved. */
export class Grants {
  readonly #parts: GrantsParts;
  readonly #codes = new Map<string, Code>();
  readonly #grants = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #accessTokens = new Map<string, AccessToken>();

  constructor(parts: GrantsParts) {
    this.#parts = parts;
    const state = parts.store?.load();
    for (const grant of state?.grants ?? []) this.#grants.set(grant.id, grant);
    for (const token of state?.refresh_tokens ?? []) this.#refreshTokens.set(token.value, token);
    for (const token of state?.access_tokens ?? []) this.#accessTokens.set(token.value, token);
  }

  /** A code for a consent: single use, short-lived, bound to its client and redirect URI. */
  issueCode(request: CodeRequest): string {
    const value = this.#newValue(24);
    const expires_at = this.#now() + this.#settings().code_life_s * 1000;
    this.#codes.set(value, { ...request, expires_at, grant_id: null });
    return value;
  }

  /**
   * Without a redirect URI the code alone counts: the documentation does not list the parameter.
   * @throws TokenRefusal `invalid_grant`
   */
  exchange(value: string, client_id: string, redirect_uri: string | null): TokenPair {
    const code = this.#codes.get(value);
    if (code === undefined || code.client_id !== client_id) throw badCode("is unknown");
    if (code.grant_id !== null) {
      this.#parts.counters.codeReused();
      if (this.#settings().code_reuse_revokes) this.revoke({ grant_id: code.grant_id }, "code_reused");
      throw badCode("was used before");
    }
    if (code.expires_at <= this.#now()) throw badCode("has expired");
    if (redirect_uri !== null && redirect_uri !== code.redirect_uri) throw badCode("belongs to another redirect URI");
    if (this.#settings().one_grant_per_user) this.revoke({ client_id, user_id: code.user_id }, "replaced");
    const grant: Grant = {
      id: this.#newValue(9),
      client_id,
      user_id: code.user_id,
      scope: code.scope,
      created_at: this.#now(),
      revoked_at: null,
      revoked_because: null,
      generation: 1,
    };
    code.grant_id = grant.id;
    this.#grants.set(grant.id, grant);
    const pair = this.#issuePair(grant, this.#issueRefreshToken(grant).value);
    this.#save();
    return pair;
  }

  /** @throws TokenRefusal `invalid_grant` */
  refresh(value: string, client_id: string): TokenPair {
    const token = this.#refreshTokens.get(value);
    const grant = this.#grants.get(token?.grant_id ?? "");
    if (token === undefined || grant === undefined || grant.client_id !== client_id) throw badRefreshToken();
    const { refresh_token, refresh_token_life_s, rotation_grace_ms } = this.#settings();
    if (token.spent_at !== null) {
      this.#parts.counters.refreshTokenReused();
      // Only the token that was spent last is ever forgiven.
      const latest = this.#refreshTokensOf(grant).findLast((one) => one.spent_at !== null) === token;
      if (!latest || this.#now() - token.spent_at >= rotation_grace_ms) this.#punishReuse(grant);
    }
    if (grant.revoked_at !== null) throw badRefreshToken();
    if (refresh_token_life_s !== null && token.issued_at + refresh_token_life_s * 1000 <= this.#now()) {
      throw badRefreshToken();
    }
    const pair =
      refresh_token === "rotate" ? this.#rotate(grant) : this.#renew(grant, refresh_token === "same" ? value : null);
    this.#save();
    return pair;
  }

  /** The live grant behind an access token, or null. */
  check(access_token: string): Grant | null {
    const token = this.#accessTokens.get(access_token);
    if (token === undefined || token.expires_at <= this.#now()) return null;
    const grant = this.#grants.get(token.grant_id);
    return grant === undefined || grant.revoked_at !== null ? null : grant;
  }

  /** The id of the grant that a refresh token belongs to, spent or not. */
  grantOf(refresh_token: string): string | null {
    return this.#refreshTokens.get(refresh_token)?.grant_id ?? null;
  }

  /** Ends the grants and with them all their tokens; returns how many. */
  revoke(filter: GrantFilter, because: RevocationReason): number {
    const grants = this.#matching(filter).filter((grant) => grant.revoked_at === null);
    for (const grant of grants) {
      grant.revoked_at = this.#now();
      grant.revoked_because = because;
    }
    if (grants.length > 0) this.#save();
    return grants.length;
  }

  /** Ends the access tokens and leaves the refresh tokens; returns how many. */
  expire(filter: GrantFilter): number {
    const ids = new Set(this.#matching(filter).map((grant) => grant.id));
    const now = this.#now();
    const tokens = [...this.#accessTokens.values()].filter(
      (token) => ids.has(token.grant_id) && token.expires_at > now,
    );
    for (const token of tokens) token.expires_at = now;
    if (tokens.length > 0) this.#save();
    return tokens.length;
  }

  /** Forgets everything, as if nobody had ever signed in. */
  clear(): void {
    for (const map of [this.#codes, this.#grants, this.#refreshTokens, this.#accessTokens]) map.clear();
    this.#save();
  }

  /** Oldest first. */
  views(): GrantView[] {
    return [...this.#grants.values()].map((grant) => {
      const refresh = this.#refreshTokensOf(grant).findLast((token) => token.spent_at === null);
      const access = [...this.#accessTokens.values()].findLast((token) => token.grant_id === grant.id);
      return {
        ...grant,
        refresh_token: refresh?.value ?? null,
        access_token: access?.value ?? null,
        access_expires_at: access?.expires_at ?? null,
      };
    });
  }

  #punishReuse(grant: Grant): never {
    if (this.#settings().reuse_detection) this.revoke({ grant_id: grant.id }, "refresh_token_reused");
    throw badRefreshToken();
  }

  #rotate(grant: Grant): TokenPair {
    grant.generation += 1;
    const now = this.#now();
    for (const token of this.#refreshTokensOf(grant)) token.spent_at ??= now;
    const next = this.#issueRefreshToken(grant);
    this.#forgetOldest(grant);
    return this.#issuePair(grant, next.value);
  }

  #renew(grant: Grant, refresh_token: string | null): TokenPair {
    grant.generation += 1;
    return this.#issuePair(grant, refresh_token);
  }

  #issueRefreshToken(grant: Grant): RefreshToken {
    const token: RefreshToken = {
      value: this.#newValue(32),
      grant_id: grant.id,
      generation: grant.generation,
      issued_at: this.#now(),
      spent_at: null,
    };
    this.#refreshTokens.set(token.value, token);
    return token;
  }

  #issuePair(grant: Grant, refresh_token: string | null): TokenPair {
    const now = this.#now();
    const expires_in = this.#settings().access_token_life_s;
    for (const [value, token] of this.#accessTokens) {
      if (token.expires_at <= now) this.#accessTokens.delete(value);
    }
    const token: AccessToken = {
      value: this.#newValue(32),
      grant_id: grant.id,
      generation: grant.generation,
      issued_at: now,
      expires_at: now + expires_in * 1000,
    };
    this.#accessTokens.set(token.value, token);
    return { access_token: token.value, expires_in, scope: grant.scope, refresh_token };
  }

  #forgetOldest(grant: Grant): void {
    for (const token of this.#refreshTokensOf(grant).slice(0, -1 - KNOWN_SPENT)) {
      this.#refreshTokens.delete(token.value);
    }
  }

  /** Oldest first. */
  #refreshTokensOf(grant: Grant): RefreshToken[] {
    return [...this.#refreshTokens.values()].filter((token) => token.grant_id === grant.id);
  }

  #matching(filter: GrantFilter): Grant[] {
    return [...this.#grants.values()].filter(
      (grant) =>
        (filter.grant_id ?? grant.id) === grant.id &&
        (filter.client_id ?? grant.client_id) === grant.client_id &&
        (filter.user_id ?? grant.user_id) === grant.user_id,
    );
  }

  #save(): void {
    this.#parts.store?.save({
      grants: [...this.#grants.values()],
      refresh_tokens: [...this.#refreshTokens.values()],
      access_tokens: [...this.#accessTokens.values()],
    });
  }

  #newValue(bytes: number): string {
    return this.#parts.random.bytes(bytes).toString("base64url");
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  #settings(): CloudSettings {
    return this.#parts.settings();
  }
}

function badCode(why: string): TokenRefusal {
  return new TokenRefusal("invalid_grant", `authorization code ${why}`);
}

/** One sentence for unknown, spent, expired and revoked alike, as the real cloud does. */
function badRefreshToken(): TokenRefusal {
  return new TokenRefusal("invalid_grant", "bad refresh token");
}
