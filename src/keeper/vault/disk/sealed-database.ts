import type { Database } from "better-sqlite3";
import type { Secrets } from "../../../log.ts";
import { Problem } from "../../../problem.ts";
import { replaceFileBy } from "./atomic-file.ts";
import { diskProblem } from "./vault-database.ts";
import { SealBroken } from "./sealing.ts";
import type { SealContext, Sealer } from "./sealing.ts";

/**
 * An open database with its key: what the vault's tables work on. Whatever SQLite or a broken seal throws leaves here as
 * a Problem.
 */
export class SealedDatabase {
  readonly sql: Database;
  readonly #file: string;
  readonly #sealer: Sealer;
  readonly #secrets: Secrets;

  constructor(sql: Database, file: string, sealer: Sealer, secrets: Secrets) {
    this.sql = sql;
    this.#file = file;
    this.#sealer = sealer;
    this.#secrets = secrets;
  }

  seal(text: string, context: SealContext): Buffer {
    return this.#sealer.seal(text, context);
  }

  unseal(sealed: Buffer, context: SealContext): string {
    return this.#sealer.open(sealed, context);
  }

  /** Whoever reads a secret registers it before anything else happens to it. */
  register(secret: string | null): void {
    if (secret !== null) this.#secrets.add(secret);
  }

  forget(secret: string | null): void {
    if (secret !== null) this.#secrets.delete(secret);
  }

  /** @throws Problem `store_failed`, `database_corrupt`, `key_wrong` */
  read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof SealBroken) throw sealProblem(error, this.#file);
      throw diskProblem(error, this.#file) ?? error;
    }
  }

  /**
   * One IMMEDIATE transaction: when this returns, it is on the disk; when it throws, nothing of it is.
   * @throws as read
   */
  write<T>(write: () => T): T {
    return this.read(() => this.sql.transaction(write).immediate());
  }

  /**
   * Writes a whole and consistent copy, readable by the gateway alone; `file` is there when it is complete.
   * @throws as read
   */
  copyTo(file: string): void {
    replaceFileBy(file, (draft) => this.read(() => this.sql.prepare("VACUUM INTO ?").run(draft)));
  }

  /** Wiped rows live on in the write-ahead log until it is emptied; a reader at work puts that off. */
  wipeLog(): void {
    this.read(() => this.sql.pragma("wal_checkpoint(TRUNCATE)"));
  }
}

function sealProblem(error: SealBroken, file: string): Problem {
  const back = error.otherKey ? "put that key back" : `restore ${file} from a backup`;
  const entered = error.purpose === "client_secret" || error.purpose === "credentials";
  const anew = entered ? `enter the ${error.purpose.replace("_", " ")} again` : "sign in again";
  const code = error.otherKey ? "key_wrong" : "database_corrupt";
  return new Problem(code, `${error.message}: ${anew}, or ${back}.`, { cause: error });
}
