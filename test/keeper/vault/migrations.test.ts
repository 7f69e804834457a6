import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import type { Attempt } from "../../../src/keeper/vault/tables/journal.ts";
import { MIGRATIONS } from "../../../src/keeper/vault/tables/schema.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { DETAILS } from "../house.ts";
import { removeFolder } from "../../remove-folder.ts";

const NOW = Date.UTC(2026, 10, 21);
const ACCOUNT = { ...DETAILS, id: "account-1", provider: "utec", owner: "page" } as const;
const SIGNED_IN = { at: NOW, kind: "signed_in", class: null, code: null, message: "Signed in." } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vault-"));
});
afterEach(() => removeFolder(folder));

const file = (name: string): string => join(folder, name);

function open(): Vault {
  return Vault.open({ folder, clock: systemClock, random: systemRandom, secrets: new Secrets() });
}

function pair(number: number) {
  return {
    access_token: `canary-access-${number}`,
    refresh_token: `canary-refresh-${number}`,
    obtained_at: NOW,
    expires_at: NOW + 3_600_000,
    expiry_source: "answer" as const,
    refresh_expires_at: null,
    scope: "openapi",
  };
}

/** Commits a token as the procedure does. */
function commit(vault: Vault, number: number, cloud_user: string | null = null, id: string = ACCOUNT.id) {
  const account = vault.accounts.get(id);
  if (account === null) throw new Error("no account");
  const attempt = begun(vault.journal.begin(account, "authorization_code", NOW));
  return vault.journal.commit(attempt, { pair: pair(number), cloud_user, plan: () => NOW + 1, event: SIGNED_IN });
}

function withToken(): Vault {
  const vault = open();
  vault.accounts.add(ACCOUNT, NOW);
  commit(vault, 1);
  return vault;
}

function begun(attempt: Attempt | null): Attempt {
  if (attempt === null) throw new Error("the attempt did not begin");
  return attempt;
}

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
