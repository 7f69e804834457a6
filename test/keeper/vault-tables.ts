import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openVaultDatabase } from "../../src/keeper/vault/disk/vault-database.ts";
import { removeFolder } from "../remove-folder.ts";

/** By the statements that make them: the file of a vault that has its tables and nothing else. */
const made = new Map<string, Buffer>();

/** Opens a vault's database. A new one gets its tables as a file: making them takes longer than most tests. */
export const openWithTables: typeof openVaultDatabase = (file, migrations, patienceMs) => {
  if (!existsSync(file)) writeFileSync(file, tablesOf(migrations), { mode: 0o600 });
  return openVaultDatabase(file, migrations, patienceMs);
};

function tablesOf(migrations: readonly string[]): Buffer {
  const statements = migrations.join("\n");
  const known = made.get(statements);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "vault-tables-"));
  const file = join(folder, "gateway.db");
  openVaultDatabase(file, migrations).close();
  const content = readFileSync(file);
  made.set(statements, content);
  removeFolder(folder);
  return content;
}
