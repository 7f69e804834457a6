import type { ExpirySource } from "../../account.ts";
import type { TokenPair } from "../../answers/token-response.ts";
import type { SealedDatabase } from "../disk/sealed-database.ts";

export interface StoredToken extends TokenPair {
  /** Since when `refresh_expires_at` has been told; null where no end is known. */
  readonly refresh_since_at: number | null;
  readonly generation: number;
}

/** The tokens: of each account the current generation and the one before it. */
export class TokenTable {
  readonly #db: SealedDatabase;
  /** By account: the pairs that were read last, newest last. */
  readonly #registered = new Map<string, readonly SealedPair[]>();

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  /** The newest committed token; null before the first sign-in and after a sign-out. */
  newest(account_id: string): StoredToken | null {
    return this.#db.read(() => {
      const row = this.#db.sql
        .prepare<[string], TokenRow>("SELECT * FROM token WHERE account_id = ? ORDER BY generation DESC LIMIT 1")
        .get(account_id);
      if (row === undefined) return null;
      const {
        sealed_pair,
        generation,
        obtained_at,
        expires_at,
        expiry_source,
        refresh_expires_at,
        refresh_since_at,
        scope,
      } = row;
      const pair = JSON.parse(this.#db.unseal(sealed_pair, pairOf(account_id, generation))) as SealedPair;
      this.keepOutOfLog(account_id, pair);
      return {
        ...pair,
        generation,
        obtained_at,
        expires_at,
        expiry_source,
        refresh_expires_at,
        refresh_since_at,
        scope,
      };
    });
  }

  /** 0 for none. */
  newestGeneration(account_id: string): number {
    return this.#db.read(
      () =>
        this.#db.sql
          .prepare<[string], { generation: number | null }>(
            "SELECT max(generation) AS generation FROM token WHERE account_id = ?",
          )
          .get(account_id)?.generation ?? 0,
    );
  }

  /** Adds a generation; only `keep`, the one before it, stays beside it. */
  add(account_id: string, generation: number, pair: TokenPair, keep: number): void {
    const { access_token, refresh_token, obtained_at, expires_at, expiry_source, refresh_expires_at, scope } = pair;
    const sealed = this.#db.seal(
      JSON.stringify({ access_token, refresh_token } satisfies SealedPair),
      pairOf(account_id, generation),
    );
    this.#db.write(() => {
      const before = this.#db.sql
        .prepare<[string], RefreshEnd>(
          `SELECT refresh_expires_at, refresh_since_at FROM token WHERE account_id = ? ORDER BY generation DESC LIMIT 1`,
        )
        .get(account_id);
      this.#db.sql
        .prepare(
          `INSERT INTO token (account_id, generation, sealed_pair, obtained_at, expires_at, expiry_source,
             refresh_expires_at, refresh_since_at, scope) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          account_id,
          generation,
          sealed,
          obtained_at,
          expires_at,
          expiry_source,
          refresh_expires_at,
          refreshSince(pair, before ?? null),
          scope,
        );
      this.#db.sql.prepare("DELETE FROM token WHERE account_id = ? AND generation < ?").run(account_id, keep);
    });
  }

  wipe(account_id: string): void {
    this.#db.write(() => this.#db.sql.prepare("DELETE FROM token WHERE account_id = ?").run(account_id));
  }

  /** Keeps a pair and the one before it out of the log; by the next one, the cloud has replaced what came before. */
  keepOutOfLog(account_id: string, pair: SealedPair): void {
    const earlier = this.#registered.get(account_id) ?? [];
    if (earlier.at(-1)?.access_token === pair.access_token) return;
    const kept = [...earlier.slice(-1), pair];
    this.#registered.set(account_id, kept);
    for (const { access_token, refresh_token } of earlier) {
      this.#db.forget(access_token);
      this.#db.forget(refresh_token);
    }
    for (const { access_token, refresh_token } of kept) {
      this.#db.register(access_token);
      this.#db.register(refresh_token);
    }
  }
}

type SealedPair = Pick<TokenPair, "access_token" | "refresh_token">;

interface RefreshEnd {
  readonly refresh_expires_at: number | null;
  readonly refresh_since_at: number | null;
}

/** Ends are told in whole seconds, and counted from when an answer comes. */
const SAME_END_MS = 60_000;

/** Since when the refresh token's end has stood where it stands. */
export function refreshSince(
  { refresh_expires_at: end, obtained_at }: Pick<TokenPair, "refresh_expires_at" | "obtained_at">,
  before: RefreshEnd | null,
): number | null {
  if (end === null) return null;
  const moved = Math.abs((before?.refresh_expires_at ?? Infinity) - end) > SAME_END_MS;
  return moved ? obtained_at : (before?.refresh_since_at ?? obtained_at);
}

interface TokenRow {
  readonly generation: number;
  readonly sealed_pair: Buffer;
  readonly obtained_at: number;
  readonly expires_at: number | null;
  readonly expiry_source: ExpirySource | null;
  readonly refresh_expires_at: number | null;
  readonly refresh_since_at: number | null;
  readonly scope: string | null;
}

const pairOf = (owner: string, generation: number) => ({ purpose: "token", owner, generation }) as const;
