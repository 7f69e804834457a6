import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import type { Attempt } from "../../../src/keeper/vault/tables/journal.ts";
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

/** What nobody may have overwritten. */
function bytes(): Buffer[] {
  return ["gateway.db", "gateway.key"].map((name) => readFileSync(file(name)));
}

describe("with a damaged folder the start says so and leaves everything as it is", () => {
  function expectRefused(code: string, name: string): void {
    const before = bytes();
    expect(open).toThrowError(expect.objectContaining({ code, message: expect.stringContaining(file(name)) }));
    expect(bytes()).toEqual(before);
  }

  test("another key", () => {
    withToken().close();
    writeFileSync(file("gateway.key"), "ab".repeat(32));
    expectRefused("key_wrong", "gateway.key");
  });

  test("a file that holds no key", () => {
    withToken().close();
    writeFileSync(file("gateway.key"), "hello");
    expectRefused("key_wrong", "gateway.key");
  });

  test("no key beside a database: none is made", () => {
    withToken().close();
    rmSync(file("gateway.key"));
    expect(open).toThrowError(expect.objectContaining({ code: "key_wrong" }));
    expect(() => statSync(file("gateway.key"))).toThrowError("ENOENT");
  });

  test("a database that is something else", () => {
    withToken().close();
    writeFileSync(file("gateway.db"), "hello ".repeat(1000));
    expectRefused("database_corrupt", "gateway.db");
  });

  test("a database torn off in the middle", () => {
    withToken().close();
    truncateSync(file("gateway.db"), Math.floor(statSync(file("gateway.db")).size / 2));
    expectRefused("database_corrupt", "gateway.db");
  });

  test("a database of a newer version", () => {
    withToken().close();
    const raw = new SqliteDatabase(file("gateway.db"));
    raw.pragma("user_version = 999");
    raw.pragma("wal_checkpoint(TRUNCATE)");
    raw.close();
    expectRefused("data_folder_unusable", "gateway.db");
  });

  test("a key file left half made by a crash is no hindrance", () => {
    writeFileSync(file("gateway.key.new"), "half");
    chmodSync(file("gateway.key.new"), 0o600);
    withToken().close();
    expect(() => statSync(file("gateway.key.new"))).toThrowError("ENOENT");
  });
});

describe("a row that was tampered with does not open, and the others do", () => {
  function tamper(sql: string): Vault {
    const vault = withToken();
    vault.accounts.add({ ...ACCOUNT, id: "account-2", client_id: "client-2" }, NOW);
    commit(vault, 2, null, "account-2");
    vault.close();
    const raw = new SqliteDatabase(file("gateway.db"));
    raw.exec(sql);
    raw.close();
    return open();
  }
  const READ_REFUSED = expect.objectContaining({ code: "database_corrupt" });

  test("a flipped bit", () => {
    const vault = tamper(
      `UPDATE token SET sealed_pair = CAST(substr(sealed_pair, 1, length(sealed_pair) - 1) ||
         CASE hex(substr(sealed_pair, -1)) WHEN '00' THEN X'01' ELSE X'00' END AS BLOB)
       WHERE account_id = 'account-1'`,
    );
    expect(() => vault.tokens.newest("account-1")).toThrowError(READ_REFUSED);
    expect(vault.tokens.newest("account-2")?.access_token).toBe("canary-access-2");
    vault.close();
  });

  test("rows swapped between accounts", () => {
    const vault = tamper(
      `UPDATE token SET sealed_pair = (SELECT sealed_pair FROM token WHERE account_id = 'account-2')
       WHERE account_id = 'account-1'`,
    );
    expect(() => vault.tokens.newest("account-1")).toThrowError(READ_REFUSED);
    vault.close();
  });

  test("an older row under a newer generation", () => {
    const vault = tamper("UPDATE token SET generation = 5 WHERE account_id = 'account-1'");
    expect(() => vault.tokens.newest("account-1")).toThrowError(READ_REFUSED);
    vault.close();
  });
});
