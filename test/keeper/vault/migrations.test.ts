import { renameSync, rmSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { MIGRATIONS } from "../../../src/keeper/vault/tables/schema.ts";
import { ACCOUNT, NOW, begun, vaultFolderForEach } from "./vault-folder.ts";

const { file, open, withToken } = vaultFolderForEach();

test("a database of the second version is taken over with its tokens and what was under way", () => {
  const vault = withToken();
  vault.accounts.add({ ...ACCOUNT, id: "account-2", client_id: "client-2" }, NOW);
  const account = vault.accounts.get(ACCOUNT.id);
  const attempt = begun(account === null ? null : vault.journal.begin(account, "refresh_token", NOW));
  const answer = { status: 200, headers: {}, body: '{"access_token":"canary-access-2"}', received_at: NOW };
  vault.journal.answer(attempt, answer);
  vault.close();
  const old = new SqliteDatabase(file("old.db"));
  for (const step of MIGRATIONS.slice(0, 2)) old.exec(step);
  old.pragma("user_version = 2");
  old.prepare("ATTACH ? AS newer").run(file("gateway.db"));
  for (const table of ["gateway", "account", "token", "attempt", "event"]) {
    const columns = old.pragma(`table_info(${table})`) as { readonly name: string }[];
    const names = columns.map(({ name }) => name).join(", ");
    old.exec(`INSERT INTO ${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  old.close();
  for (const name of ["gateway.db", "gateway.db-wal", "gateway.db-shm"]) rmSync(file(name), { force: true });
  renameSync(file("old.db"), file("gateway.db"));

  const taken = open();
  expect(taken.journal.open(ACCOUNT.id)).toEqual({ ...attempt, answer });
  expect(taken.tokens.newest(ACCOUNT.id)).toMatchObject({ access_token: "canary-access-1", refresh_since_at: null });
  expect(taken.accounts.all()).toMatchObject([{ settings: {}, learned: {}, refusals: 0 }, { id: "account-2" }]);
  const second = taken.accounts.get("account-2");
  const next = begun(second === null ? null : taken.journal.begin(second, "client_credentials", NOW));
  expect(next.id).toBeGreaterThan(attempt.id);
  taken.accounts.remove(ACCOUNT.id);
  expect(taken.journal.open(ACCOUNT.id)).toBeNull();
  taken.close();
});

test("a database of the first version is taken over with its token", () => {
  withToken().close();
  const raw = new SqliteDatabase(file("gateway.db"));
  for (const [, table, column] of MIGRATIONS.slice(1)
    .join("")
    .matchAll(/ALTER TABLE (\w+) ADD COLUMN (\w+)/g)) {
    raw.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
  for (const [, table] of MIGRATIONS.slice(1)
    .join("")
    .matchAll(/CREATE TABLE (\w+)/g)) {
    raw.exec(`DROP TABLE IF EXISTS ${table}`);
  }
  raw.pragma("user_version = 1");
  raw.close();
  const vault = open();
  expect(vault.accounts.all()).toMatchObject([{ idle_interval_ms: null, refresh_policy_set: 0, refusals: 0 }]);
  expect(vault.tokens.newest("account-1")).toMatchObject({ access_token: "canary-access-1", expiry_source: null });
  vault.close();
});
