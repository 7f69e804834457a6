import type { SealedDatabase } from "../vault/disk/sealed-database.ts";
import type { Client, ClientScope } from "./client.ts";

interface ClientRow {
  readonly id: string;
  readonly token_hash: string;
  readonly name: string;
  /** JSON of a ClientScope. */
  readonly scope: string;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

/** A client with the hash of its token. */
export interface StoredClient {
  readonly client: Client;
  readonly token_hash: string;
}

/** The programs that may ask the broker. Revoked ones stay, so that they are told why they are refused. */
export class ClientTable {
  readonly #db: SealedDatabase;

  constructor(db: SealedDatabase) {
    this.#db = db;
  }

  all(): StoredClient[] {
    const rows = this.#db.read(() =>
      this.#db.sql.prepare<[], ClientRow>("SELECT * FROM client ORDER BY created_at, id").all(),
    );
    return rows.map(({ token_hash, scope, ...named }) => ({
      token_hash,
      client: { ...named, ...(JSON.parse(scope) as ClientScope) },
    }));
  }

  add({ client, token_hash }: StoredClient): void {
    const { id, name, created_at, accounts, methods, path_prefixes, requests_per_minute, may_read_token } = client;
    const scope: ClientScope = { accounts, methods, path_prefixes, requests_per_minute, may_read_token };
    this.#db.write(() =>
      this.#db.sql
        .prepare("INSERT INTO client (id, token_hash, name, scope, created_at) VALUES (?, ?, ?, ?, ?)")
        .run(id, token_hash, name, JSON.stringify(scope), created_at),
    );
  }

  revoke(id: string, at: number): void {
    this.#db.write(() =>
      this.#db.sql.prepare("UPDATE client SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL").run(at, id),
    );
  }
}
