import { chmodSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Vault } from "../../../src/keeper/vault/vault.ts";
import { ACCOUNT, NOW, commit, vaultFolderForEach } from "./vault-folder.ts";

const { file, open, withToken } = vaultFolderForEach();

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
