import { copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { dailyCopies } from "./daily-copy.ts";
import { replaceFileBy, syncFolder } from "./disk/atomic-file.ts";
import { takeBackupCopies, vaultFileIn } from "./disk/backup-copies.ts";
import { isWhole, schemaVersion } from "./disk/schema-version.ts";
import { newerVersion } from "./disk/vault-database.ts";
import { MIGRATIONS } from "./tables/schema.ts";
import { Vault } from "./vault.ts";
import type { VaultOptions } from "./vault.ts";

export interface VaultStartOptions extends VaultOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the vault of a data folder that nobody else uses, whatever has become of the folder: written by a newer version,
 * it is left as it is; restored from a backup, the whole copies in it count; damaged, the newest daily copy that is
 * whole takes its place, and the damaged file is kept.
 *
 * @throws Problem as Vault.open
 */
export function openVault(options: VaultStartOptions): Vault {
  const { folder, log } = options;
  const file = vaultFileIn(folder);
  if ((schemaVersion(file) ?? 0) > MIGRATIONS.length) throw newerVersion(file);
  takeRestored(folder, log);
  const database = join(folder, "gateway.db");
  // SQLite takes an empty file for a new database, and would lose every sign-in without a word.
  if (existsSync(database) && statSync(database).size === 0 && mend(database, options)) return Vault.open(options);
  try {
    return Vault.open(options);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "database_corrupt") || !mend(database, options)) throw error;
    return Vault.open(options);
  }
}

/** @throws Problem `data_folder_unusable` */
function takeRestored(folder: string, log: Log): void {
  try {
    const restored = takeBackupCopies(folder);
    if (restored === null) return;
    const made = new Date(restored.made_at).toISOString();
    if (restored.whole) log.info(`The data folder was restored from a backup of ${made}: its copies are used.`);
    else log.warn(`The backup of ${made} that was restored is damaged: what else was in it is used.`);
  } catch (cause) {
    throw new Problem(
      "data_folder_unusable",
      `A backup was restored to ${folder}, and its files can't be put in place: make the folder writable.`,
      { cause },
    );
  }
}

/** Puts the newest daily copy that is whole in the place of the damaged database; false where there is none. */
function mend(database: string, { folder, log }: VaultStartOptions): boolean {
  const copy = dailyCopies(folder).find((file) => isWhole(file) && (schemaVersion(file) ?? 0) <= MIGRATIONS.length);
  if (copy === undefined) return false;
  const aside = freeName(folder);
  try {
    replaceFileBy(`${database}.mended`, (draft) => copyFileSync(copy, draft));
    // There is a database at each moment: without one, a start that follows a power cut would begin anew.
    linkSync(database, aside);
    if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`);
    rmSync(`${database}-shm`, { force: true });
    renameSync(`${database}.mended`, database);
    syncFolder(folder);
  } catch {
    // On a full or read-only disk: the start says what is wrong with the database.
    return false;
  }
  log.warn(
    `The database ${database} was damaged: it was set aside as ${aside}, and the copy ${basename(copy)} took its place. An account whose token has been replaced since must be signed in again.`,
  );
  return true;
}

/** An earlier damaged database is kept. */
function freeName(folder: string): string {
  for (let number = 1; ; number++) {
    const name = join(folder, number === 1 ? "gateway.damaged.db" : `gateway.damaged-${number}.db`);
    if (!existsSync(name)) return name;
  }
}
