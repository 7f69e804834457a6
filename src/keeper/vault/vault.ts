import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Clock } from "../../clock.ts";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type { RefreshPolicy } from "../account-state.ts";
import type { TokenPair } from "../answers/token-response.ts";
import { ClientTable } from "../clients/client-table.ts";
import { Revocations } from "../clients/revocations.ts";
import { ImportTable } from "../imports/import-table.ts";
import type { StoredImport } from "../imports/import-table.ts";
import { AccountTable } from "./tables/account-table.ts";
import type { Beginning, NewAccount } from "./tables/account-table.ts";
import type { AccountRow } from "./tables/account-columns.ts";
import { PATIENCE_MS, diskProblem, isDiskFailure, openVaultDatabase } from "./disk/vault-database.ts";
import { DeviceCodeTable } from "./tables/device-code-table.ts";
import { EventTable } from "./tables/event-table.ts";
import { GenerationMarker } from "./disk/generation-marker.ts";
import { Journal } from "./tables/journal.ts";
import { readKey, readOrMakeKey } from "./disk/key-file.ts";
import { MIGRATIONS } from "./tables/schema.ts";
import { RedemptionTable } from "./tables/redemption-table.ts";
import { Reserve } from "./disk/reserve.ts";
import { SealedDatabase } from "./disk/sealed-database.ts";
import { SealBroken, Sealer } from "./disk/sealing.ts";
import { SignInTable } from "./tables/sign-in-table.ts";
import { ConfigurationTable } from "./tables/configuration-table.ts";
import { TokenTable } from "./tables/token-table.ts";
import { phrase } from "../../said/phrase.ts";

export interface VaultOptions {
  /** The data folder. It holds the database and, beside it, the key. */
  readonly folder: string;
  readonly random: Random;
  readonly secrets: Secrets;
  /** The disk: the machine's own, or a simulated one that fails. */
  readonly openDatabase?: typeof openVaultDatabase;
}

const FIRST_GENERATION = 1;
const DATABASE = "gateway.db";
const KEY = "gateway.key";
const MARKER = "gateway.generations";
const RESERVE = "gateway.reserve";
const REVOKED = "gateway.revoked-clients";

/** An account as another program has kept it, with the token that it had. */
export interface ImportedAccount {
  readonly account: NewAccount;
  readonly beginning: Beginning;
  readonly policy: RefreshPolicy;
  /** Whether it was said of this account alone. */
  readonly policySet: boolean;
  /** Null where it had none that can be used at once. */
  readonly pair: TokenPair | null;
  /** What the history says of it. */
  readonly message: string;
  readonly record: Omit<StoredImport, "account_id">;
}

/**
 * Everything that must outlive the process, encrypted where it is secret. Every method of its tables is one
 * transaction: when it returns, what it wrote is on the disk. Every secret read here is registered first.
 *
 * @throws Problem `store_failed`, `database_corrupt` from any method of its tables
 */
export class Vault {
  readonly gateway_id: string;
  readonly accounts: AccountTable;
  readonly tokens: TokenTable;
  readonly journal: Journal;
  readonly events: EventTable;
  readonly signIns: SignInTable;
  readonly redemptions: RedemptionTable;
  readonly configurations: ConfigurationTable;
  readonly deviceCodes: DeviceCodeTable;
  /** The programs that may ask the broker, and those that may no more. */
  readonly clients: ClientTable;
  readonly revocations: Revocations;
  readonly imports: ImportTable;
  readonly #db: SealedDatabase;
  readonly #marker: GenerationMarker;
  /** Null in a worker, whose vault is not the first to open. */
  readonly #reserve: Reserve | null;

  private constructor(db: SealedDatabase, gateway_id: string, folder: string, reserve: Reserve | null) {
    this.#reserve = reserve;
    this.#db = db;
    this.#marker = new GenerationMarker(join(folder, MARKER), gateway_id);
    this.gateway_id = gateway_id;
    this.accounts = new AccountTable(db);
    this.tokens = new TokenTable(db);
    this.events = new EventTable(db);
    this.journal = new Journal(db, this.accounts, this.tokens, this.events);
    this.signIns = new SignInTable(db);
    this.redemptions = new RedemptionTable(db);
    this.configurations = new ConfigurationTable(db);
    this.deviceCodes = new DeviceCodeTable(db);
    this.clients = new ClientTable(db);
    this.revocations = new Revocations(join(folder, REVOKED));
    this.imports = new ImportTable(db);
  }

  /** Makes the data folder where it does not exist. @throws Problem `data_folder_unusable` */
  static makeFolder(folder: string): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new Problem(
        "data_folder_unusable",
        `${folder} can't be used as data folder: give the path of a writable folder.`,
        { cause },
      );
    }
  }

  /**
   * Opens the vault at the gateway's start; makes key and database the first time.
   * @throws Problem `data_folder_unusable`, `database_corrupt`, `key_wrong`; what is there is left as it is
   */
  static open(options: VaultOptions & { readonly clock: Clock }): Vault {
    const { folder, random, clock } = options;
    const key = readOrMakeKey(join(folder, KEY), existsSync(join(folder, DATABASE)), random);
    const firstStart = (database: Database, sealer: Sealer): string => {
      const id = random.uuid();
      database
        .prepare("INSERT INTO gateway (only_row, id, sealed_proof, last_seen_at) VALUES (1, ?, ?, ?)")
        .run(id, sealer.seal(id, proofOf(id)), clock.now());
      return id;
    };
    const reserve = new Reserve(join(folder, RESERVE));
    const open = (): Vault => Vault.#open(options, key, PATIENCE_MS.main, firstStart, reserve);
    try {
      const vault = open();
      reserve.keep();
      return vault;
    } catch (error) {
      if (!isDiskFailure(error) || !reserve.giveBack()) throw error;
      return open();
    }
  }

  /** A second handle on a vault that the gateway has opened, for a worker thread. @throws as open */
  static join(options: VaultOptions): Vault {
    return Vault.#open(options, readKey(join(options.folder, KEY)), PATIENCE_MS.worker, () => {
      throw new Problem("database_corrupt", `The database in ${options.folder} has lost the gateway's id: restore it.`);
    });
  }

  static #open(
    { folder, random, secrets, openDatabase: open = openVaultDatabase }: VaultOptions,
    key: Buffer,
    patienceMs: number,
    firstStart: (database: Database, sealer: Sealer) => string,
    reserve: Reserve | null = null,
  ): Vault {
    const file = join(folder, DATABASE);
    const database = open(file, MIGRATIONS, patienceMs);
    try {
      const sealer = new Sealer(key, random);
      const id = gatewayId(database) ?? firstStart(database, sealer);
      proveKey(database, sealer, id, join(folder, KEY));
      return new Vault(new SealedDatabase(database, file, sealer, secrets), id, folder, reserve);
    } catch (error) {
      database.close();
      throw diskProblem(error, file) ?? error;
    }
  }

  /** Adds an account of another program with its tokens, and remembers the file that it came from: all of it, or nothing. */
  takeOver({ account, beginning, policy, policySet, pair, message, record }: ImportedAccount): void {
    const { id } = account;
    const at = record.imported_at;
    this.#db.write(() => {
      this.accounts.add(account, at, beginning);
      this.accounts.setRefreshPolicy(id, policy, policySet, () => beginning.next_refresh_at);
      if (pair !== null) {
        this.accounts.raiseGeneration(id, FIRST_GENERATION);
        this.tokens.add(id, FIRST_GENERATION, pair, FIRST_GENERATION);
        this.events.add(id, { at, kind: "signed_in", class: null, code: null, message });
      }
      this.imports.add({ ...record, account_id: id });
    });
  }

  /** Wipes the account's tokens and whatever call is under way; the account stays, to be signed in again. */
  signOut(account_id: string, at: number): void {
    this.#db.write(() => {
      this.accounts.endGrant(account_id, "signed_out");
      this.tokens.wipe(account_id);
      this.configurations.dropSeed(account_id);
      this.events.add(account_id, { at, kind: "signed_out", class: null, code: null, message: phrase("signed_out") });
    });
    this.#db.wipeLog();
  }

  /** How far the account had come on this machine, by what is written outside the database; 0 where nothing is. */
  markedGeneration(account_id: string): number {
    return this.#marker.of(account_id);
  }

  /** Writes down outside the database how far the accounts have come, in its own time. @throws Problem `store_failed` */
  markGenerations(): Promise<void> {
    return this.#marker.raise(this.accounts.all());
  }

  /**
   * The refresh token of an older copy has been used since; sent once more it may end the whole grant. It is kept, and
   * sent only when a person asks for it.
   * @param newest the generation that the account has come to since
   */
  stopRestored({ id, name }: AccountRow, newest: number, at: number): void {
    const message = phrase("restored_backup", { name });
    this.journal.restored(id, newest, {
      class: "dead_grant",
      code: "restored_backup",
      message,
      reason: "restored_backup",
      refused: false,
      refusals: 0,
      retry_after_at: null,
      next_refresh_at: null,
      sign_in_reason: "restored_backup",
      event: { at, kind: "failed", class: "dead_grant", code: "restored_backup", message },
    });
  }

  /** Writes a copy of the database, as it is committed now. @throws Problem `store_failed` */
  copyTo(file: string): void {
    this.#db.copyTo(file);
  }

  /** @throws Problem `store_failed` */
  close(): void {
    this.#db.sql.close();
    try {
      this.#marker.close();
    } finally {
      // The closed database has freed enough room.
      this.#reserve?.keep();
    }
  }

  /** The latest wall-clock time that a running gateway has seen (epoch ms). */
  lastSeenAt(): number {
    return this.#db.read(
      () =>
        this.#db.sql.prepare<[], { last_seen_at: number }>("SELECT last_seen_at FROM gateway").get()?.last_seen_at ?? 0,
    );
  }

  /** Writes, and changes nothing. SQLite leaves out a write of what is there, hence there and back. @throws Problem `store_failed` */
  tryDisk(): void {
    this.#db.write(() => {
      this.#db.sql.prepare("UPDATE gateway SET last_seen_at = last_seen_at + 1").run();
      this.#db.sql.prepare("UPDATE gateway SET last_seen_at = last_seen_at - 1").run();
    });
  }

  seen(at: number): void {
    this.#db.write(() => this.#db.sql.prepare("UPDATE gateway SET last_seen_at = ?").run(at));
  }
}

const proofOf = (owner: string) => ({ purpose: "key_proof", owner, generation: 0 }) as const;

function gatewayId(database: Database): string | null {
  return database.prepare<[], { id: string }>("SELECT id FROM gateway").get()?.id ?? null;
}

/** @throws Problem `key_wrong` when the database was sealed with another key */
function proveKey(database: Database, sealer: Sealer, id: string, keyFile: string): void {
  const row = database.prepare<[], { sealed_proof: Buffer }>("SELECT sealed_proof FROM gateway").get();
  try {
    if (row !== undefined && sealer.open(row.sealed_proof, proofOf(id)) === id) return;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
  }
  throw new Problem(
    "key_wrong",
    `The key file ${keyFile} does not match the database beside it: put the right key back from a backup, or move the whole data folder away to start over.`,
  );
}
