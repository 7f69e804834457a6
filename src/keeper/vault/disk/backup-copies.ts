import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { syncFolder } from "./atomic-file.ts";
import { isWhole } from "./schema-version.ts";

/** The databases of which `addon/backup.mjs` lays a whole copy beside the file before a backup. The vault is the first. */
const NAMES = ["gateway", "activity", "picture"] as const;
/** Lies there while a backup is made, and is in none. */
const MARK = "gateway.backing-up";
/** Of this add-on alone it takes seconds; a slow network share, minutes. */
const LONGEST_BACKUP_MS = 6 * 3_600_000;

export interface RestoredBackupFolder {
  /** When the copies were made (epoch ms). */
  readonly made_at: number;
  /** Whether the vault's copy was whole; where it was not, the file that was copied while it was written counts. */
  readonly whole: boolean;
}

/**
 * Puts the copies that a backup was made with in the place of the files that were copied while the gateway wrote them.
 * Copies that lie here because a backup on this machine was interrupted are removed: they are old.
 *
 * @returns what was restored; null where nothing was
 * @throws what the file system says
 */
export function takeBackupCopies(folder: string): RestoredBackupFolder | null {
  const copies = NAMES.filter((name) => existsSync(copyIn(folder, name)));
  if (existsSync(join(folder, MARK))) {
    removeCopies(folder);
    return null;
  }
  if (copies.length === 0) return null;
  const [vault] = NAMES;
  const made_at = statSync(copyIn(folder, copies[0] ?? vault)).mtimeMs;
  const whole = !copies.includes(vault) || isWhole(copyIn(folder, vault));
  // The vault last: as long as its copy lies there, an interrupted start begins again.
  for (const name of copies.toReversed()) {
    const file = join(folder, `${name}.db`);
    if (name === vault && !whole) {
      renameSync(copyIn(folder, name), join(folder, `${name}.backup.damaged.db`));
      continue;
    }
    for (const end of ["-wal", "-shm"]) rmSync(file + end, { force: true });
    renameSync(copyIn(folder, name), file);
  }
  syncFolder(folder);
  return { made_at, whole };
}

/**
 * Removes the copies of a backup that began so long ago that it must have been interrupted: a later backup, made while
 * the gateway is stopped, would take them along. A disk that does not let it is told of elsewhere.
 */
export function removeOldCopies(folder: string, now: number): void {
  try {
    const mark = statSync(join(folder, MARK), { throwIfNoEntry: false });
    if (mark !== undefined && now - mark.mtimeMs > LONGEST_BACKUP_MS) removeCopies(folder);
  } catch {
    // The next look tries again.
  }
}

function removeCopies(folder: string): void {
  for (const name of NAMES) rmSync(copyIn(folder, name), { force: true });
  // The copies first, for good: without the mark they would be taken for restored ones.
  syncFolder(folder);
  rmSync(join(folder, MARK), { force: true });
}

/** The vault's file as a start will read it: the copy of a restored backup, or the file itself. */
export function vaultFileIn(folder: string): string {
  const isRestored = existsSync(copyIn(folder, "gateway")) && !existsSync(join(folder, MARK));
  return isRestored ? copyIn(folder, "gateway") : join(folder, "gateway.db");
}

function copyIn(folder: string, name: (typeof NAMES)[number]): string {
  return join(folder, `${name}.backup.db`);
}
