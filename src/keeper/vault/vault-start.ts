import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { takeBackupCopies, vaultFileIn } from "./disk/backup-copies.ts";
import { schemaVersion } from "./disk/schema-version.ts";
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
 * it is left as it is; restored from a backup, the whole copies in it count.
 *
 * @throws Problem as Vault.open
 */
export function openVault(options: VaultStartOptions): Vault {
  const { folder, log } = options;
  const file = vaultFileIn(folder);
  if ((schemaVersion(file) ?? 0) > MIGRATIONS.length) throw newerVersion(file);
  takeRestored(folder, log);
  return Vault.open(options);
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
