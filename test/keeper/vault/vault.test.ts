import { execFile } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { openVaultDatabase } from "../../../src/keeper/vault/disk/vault-database.ts";
import { MIGRATIONS } from "../../../src/keeper/vault/tables/schema.ts";
import { ACCOUNT, NOW, SIGNED_IN, begun, commit, pair, vaultFolderForEach } from "./vault-folder.ts";

const { file, open, withToken } = vaultFolderForEach();

describe("at the first start", () => {
  test("the gateway gets an id that it keeps, and a key that only it can read", () => {
    const first = open();
    first.close();
    const again = open();
    expect(again.gateway_id).toBe(first.gateway_id);
    expect(statSync(file("gateway.key")).mode & 0o777).toBe(0o600);
    again.close();
  });

  test("every connection makes a commit mean that it is on the disk, and a deletion that it is gone", () => {
    open().close();
    for (let opens = 0; opens < 2; opens++) {
      const database = openVaultDatabase(file("gateway.db"), MIGRATIONS);
      const pragma = (name: string): unknown => database.pragma(name, { simple: true });
      expect(pragma("journal_mode")).toBe("wal");
      expect(pragma("synchronous")).toBe(2);
      expect(pragma("secure_delete")).toBe(1);
      expect(pragma("foreign_keys")).toBe(1);
      database.close();
    }
  });

  test("a folder that can't be one is named", () => {
    writeFileSync(file("plain"), "");
    expect(() => Vault.makeFolder(file("plain"))).toThrowError(
      expect.objectContaining({ code: "data_folder_unusable", message: expect.stringContaining(file("plain")) }),
    );
    expect(() => Vault.makeFolder(join(file("plain"), "below"))).toThrowError(
      expect.objectContaining({ code: "data_folder_unusable" }),
    );
  });

  test("a database that is a folder is named", () => {
    Vault.makeFolder(file("gateway.db"));
    writeFileSync(file("gateway.key"), "ab".repeat(32));
    expect(open).toThrowError(expect.objectContaining({ code: "data_folder_unusable" }));
  });
});

describe("what is stored", () => {
  test("no secret is readable in any file of the folder but the key", async () => {
    const vault = withToken();
    const account = vault.accounts.get(ACCOUNT.id);
    if (account === null) throw new Error("no account");
    const attempt = begun(vault.journal.begin(account, "refresh_token", NOW));
    vault.journal.answer(attempt, { status: 200, headers: {}, body: "canary-answer", received_at: NOW });
    const found = await promisify(execFile)("grep", ["-rlE", "canary", file()]).catch(
      (error: { code: number }) => error,
    );
    expect(found).toMatchObject({ code: 1 });
    vault.close();
  });

  test("the current generation and the one before it are kept, and only they", () => {
    const vault = withToken();
    commit(vault, 2);
    commit(vault, 3);
    expect(vault.tokens.newest(ACCOUNT.id)).toMatchObject({ generation: 3, access_token: "canary-access-3" });
    vault.close();
    const raw = new SqliteDatabase(file("gateway.db"));
    expect(raw.prepare("SELECT generation FROM token").pluck().all()).toEqual([2, 3]);
    raw.close();
  });

  test("signing out wipes the tokens, and the generation goes on from where it was", () => {
    const vault = withToken();
    vault.signOut(ACCOUNT.id, NOW);
    expect(vault.tokens.newest(ACCOUNT.id)).toBeNull();
    expect(vault.accounts.get(ACCOUNT.id)).toMatchObject({ sign_in_reason: "signed_out", generation: 1 });
    expect(commit(vault, 2)).toMatchObject({ generation: 2 });
    vault.close();
  });

  test("the last 200 events of an account are kept, oldest first", () => {
    const vault = withToken();
    for (let count = 0; count < 210; count++) vault.events.add(ACCOUNT.id, { ...SIGNED_IN, message: String(count) });
    const messages = vault.events.latest(ACCOUNT.id).map((event) => event.message);
    expect(messages).toHaveLength(200);
    expect([messages[0], messages.at(-1)]).toEqual(["10", "209"]);
    vault.close();
  });

  test("a sign-in that began before a restart can end after it", () => {
    const vault = withToken();
    const { id: account_id, redirect_uri } = ACCOUNT;
    const pending = { account_id, redirect_uri, code_verifier: "canary-verifier", ends_at: NOW + 1000 };
    vault.signIns.begin("the-state", pending, NOW);
    vault.close();
    const again = open();
    expect(again.signIns.find("the-state", NOW + 999)).toEqual(pending);
    expect(again.signIns.find("the-state", NOW + 1000)).toBeNull();
    expect(again.signIns.find("another", NOW)).toBeNull();
    again.signIns.end("the-state");
    expect(again.signIns.find("the-state", NOW)).toBeNull();
    again.close();
  });

  test("an account that was removed gets its id back when the same cloud user signs in", () => {
    const vault = open();
    vault.accounts.add(ACCOUNT, NOW);
    commit(vault, 1, "user-1");
    vault.accounts.remove(ACCOUNT.id);
    expect(vault.accounts.all()).toEqual([]);
    vault.accounts.add({ ...ACCOUNT, id: "account-2" }, NOW);
    expect(commit(vault, 2, "user-1", "account-2")).toEqual({ account_id: ACCOUNT.id, generation: 2 });
    expect(vault.accounts.all().map(({ id }) => id)).toEqual([ACCOUNT.id]);
    expect(vault.tokens.newest(ACCOUNT.id)?.access_token).toBe("canary-access-2");
    expect(vault.accounts.clientSecret(ACCOUNT.id)).toBe(ACCOUNT.client_secret);
    vault.close();
  });
});

describe("a token that nobody waits for any more is dropped", () => {
  test.each<[string, (vault: Vault) => void]>([
    ["the account was removed", (vault) => vault.accounts.remove(ACCOUNT.id)],
    ["the account was signed out", (vault) => vault.signOut(ACCOUNT.id, NOW)],
    ["somebody signed in anew", (vault) => commit(vault, 7)],
    ["the generation went on by whatever other way", () => raiseGeneration()],
  ])("%s", (_, meanwhile) => {
    const vault = withToken();
    const account = vault.accounts.get(ACCOUNT.id);
    if (account === null) throw new Error("no account");
    const attempt = begun(vault.journal.begin(account, "refresh_token", NOW));
    meanwhile(vault);
    const before = vault.tokens.newest(ACCOUNT.id);
    expect(
      vault.journal.commit(attempt, { pair: pair(8), cloud_user: null, plan: () => null, event: SIGNED_IN }),
    ).toBeNull();
    expect(vault.tokens.newest(ACCOUNT.id)).toEqual(before);
    vault.close();
  });
});

/** As no code of ours does, with the attempt left in its place. */
function raiseGeneration(): void {
  const database = new SqliteDatabase(file("gateway.db"));
  database.exec("UPDATE account SET generation = generation + 1");
  database.close();
}
