import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { removeOldCopies, takeBackupCopies } from "../../../src/keeper/vault/disk/backup-copies.ts";
import { vaultFolderForEach } from "./vault-folder.ts";

const { file } = vaultFolderForEach();
const HOUR_MS = 3_600_000;

function backupBegan(at: number): void {
  for (const name of ["gateway.backing-up", "gateway.backup.db", "activity.backup.db"]) writeFileSync(file(name), "");
  utimesSync(file("gateway.backing-up"), at / 1000, at / 1000);
}

test("the copies of a backup that was interrupted hours ago are removed, those of one that is being made are not", () => {
  const now = Date.now();
  backupBegan(now);
  removeOldCopies(file(), now + HOUR_MS);
  expect(readdirSync(file()).sort()).toEqual(["activity.backup.db", "gateway.backing-up", "gateway.backup.db"]);
  removeOldCopies(file(), now + 7 * HOUR_MS);
  expect(readdirSync(file())).toEqual([]);
});

test("copies without the mark of this machine were restored, and nobody removes them for their age", () => {
  writeFileSync(file("activity.backup.db"), "the log");
  removeOldCopies(file(), Date.now() + 1000 * HOUR_MS);
  expect(takeBackupCopies(file())).toMatchObject({ whole: true });
  expect(readdirSync(file())).toEqual(["activity.db"]);
});

test("a folder without copies is left as it is", () => {
  writeFileSync(file("gateway.db"), "");
  removeOldCopies(file(), Date.now());
  expect(takeBackupCopies(file())).toBeNull();
  expect(readdirSync(file())).toEqual(["gateway.db"]);
});
