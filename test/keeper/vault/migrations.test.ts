import { renameSync, rmSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { MIGRATIONS } from "../../../src/keeper/vault/tables/schema.ts";
import { ACCOUNT, NOW, begun, vaultFolderForEach } from "./vault-folder.ts";

const { file, open, withToken } = vaultFolderForEach();

const EARLIER = MIGRATIONS.slice(1).map((_, index) => index + 1);

test.each(EARLIER)("a database of version %d is taken over with its tokens and what was under way", (version) => {
  const vault = withToken();
  vault.accounts.add({ ...ACCOUNT, id: "account-2", client_id: "client-2" }, NOW);
  const account = vault.accounts.get(ACCOUNT.id);
  const attempt = begun(account === null ? null : vault.journal.begin(account, "refresh_token", NOW));
  const answer = { status: 200, headers: {}, body: '{"access_token":"canary-access-2"}', received_at: NOW };
  vault.journal.answer(attempt, answer);
  const before = { gateway_id: vault.gateway_id, seen: vault.lastSeenAt(), events: vault.events.latest(ACCOUNT.id) };
  vault.close();
  goBackTo(version);

  const taken = open();
  expect({
    gateway_id: taken.gateway_id,
    seen: taken.lastSeenAt(),
    events: taken.events.latest(ACCOUNT.id),
  }).toEqual(before);
  expect(taken.journal.open(ACCOUNT.id)).toEqual({ ...attempt, answer });
  expect(taken.tokens.newest(ACCOUNT.id)).toMatchObject({
    access_token: "canary-access-1",
    refresh_token: "canary-refresh-1",
    generation: 1,
  });
  expect(taken.accounts.all()).toMatchObject([
    { id: ACCOUNT.id, client_id: ACCOUNT.client_id, settings: {}, learned: {}, refusals: 0, sign_in_reason: null },
    { id: "account-2", sign_in_reason: "never_signed_in" },
  ]);
  const second = taken.accounts.get("account-2");
  const next = begun(second === null ? null : taken.journal.begin(second, "client_credentials", NOW));
  expect(next.id).toBeGreaterThan(attempt.id);
  taken.accounts.remove(ACCOUNT.id);
  expect(taken.journal.open(ACCOUNT.id)).toBeNull();
  taken.close();
  const opened = new SqliteDatabase(file("gateway.db"));
  expect(opened.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
  expect(opened.pragma("foreign_key_check")).toEqual([]);
  opened.close();
});

/** Makes the database what an earlier version would have written. */
function goBackTo(version: number): void {
  const old = new SqliteDatabase(file("old.db"));
  for (const step of MIGRATIONS.slice(0, version)) old.exec(step);
  old.pragma(`user_version = ${version}`);
  old.prepare("ATTACH ? AS newer").run(file("gateway.db"));
  for (const table of ["gateway", "account", "token", "attempt", "event"]) {
    const columns = old.pragma(`table_info(${table})`) as { readonly name: string }[];
    const names = columns.map(({ name }) => name).join(", ");
    old.exec(`INSERT INTO ${table} (${names}) SELECT ${names} FROM newer.${table}`);
  }
  old.close();
  for (const name of ["gateway.db", "gateway.db-wal", "gateway.db-shm"]) rmSync(file(name), { force: true });
  renameSync(file("old.db"), file("gateway.db"));
}
