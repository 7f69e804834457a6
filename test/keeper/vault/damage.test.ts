import { copyFileSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { Sealer } from "../../../src/keeper/vault/disk/sealing.ts";
import { systemRandom } from "../../../src/random.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";
import { REFRESH_DEFAULTS } from "../../../src/settings/refresh-settings.ts";

const street = streetForEach();

function change({ folder }: House, sql: string, ...values: unknown[]): void {
  const raw = new SqliteDatabase(join(folder, "gateway.db"));
  raw.prepare(sql).run(...values);
  raw.close();
}

function value({ folder }: House, sql: string): unknown {
  const raw = new SqliteDatabase(join(folder, "gateway.db"));
  const found: unknown = raw.prepare(sql).pluck().all();
  raw.close();
  return found;
}

/** A stopped gateway with one account that will be damaged, and one beside it. */
async function twoAccounts(): Promise<{ house: House; id: string; other: string }> {
  street.server.anyClient = true;
  const house = street.build();
  const { id } = house.keeper.addAccount({ ...DETAILS, name: "Damaged" });
  await house.keeper.exchange(street.server.code(), id);
  const { id: other } = house.keeper.addAccount({ ...DETAILS, name: "Whole", client_id: "client-2" });
  await house.keeper.exchange(street.server.code("user-2"), other);
  house.close();
  return { house, id, other };
}

/** The last byte of a sealed value, turned. */
const flipped = (column: string): string =>
  `CAST(substr(${column}, 1, length(${column}) - 1) || CASE hex(substr(${column}, -1)) WHEN '00' THEN X'01' ELSE X'00' END AS BLOB)`;

const stateOf = (house: House, id: string) => house.keeper.accounts().find((account) => account.id === id);

describe("an account whose stored token does not open is out of order, and nothing else is", () => {
  const another = new Sealer(systemRandom.bytes(32), systemRandom);
  test.each<[string, (house: House, id: string, other: string) => void, string, string | null]>([
    [
      "a bit flipped in its token",
      (house, id) => change(house, `UPDATE token SET sealed_pair = ${flipped("sealed_pair")} WHERE account_id = ?`, id),
      "database_corrupt",
      null,
    ],
    [
      "a token cut short",
      (house, id) => change(house, `UPDATE token SET sealed_pair = X'0102' WHERE account_id = ?`, id),
      "database_corrupt",
      null,
    ],
    [
      "the token of another account in its row",
      (house, id, other) =>
        change(
          house,
          `UPDATE token SET sealed_pair = (SELECT sealed_pair FROM token WHERE account_id = ?) WHERE account_id = ?`,
          other,
          id,
        ),
      "database_corrupt",
      null,
    ],
    [
      "an old token under a newer generation",
      (house, id) => change(house, `UPDATE token SET generation = 7 WHERE account_id = ?`, id),
      "database_corrupt",
      null,
    ],
    [
      "a token that was sealed with another key",
      (house, id) =>
        change(
          house,
          `UPDATE token SET sealed_pair = ? WHERE account_id = ?`,
          another.seal("{}", { purpose: "token", owner: id, generation: 1 }),
          id,
        ),
      "key_wrong",
      "key_wrong",
    ],
  ])("%s", async (_, damage, code, reason) => {
    const { house, id, other } = await twoAccounts();
    damage(house, id, other);
    const stored = value(house, "SELECT hex(sealed_pair) FROM token ORDER BY account_id");
    const calls = street.server.calls;

    const again = street.build({ folder: house.folder });
    again.keeper.mirrorOptions([], REFRESH_DEFAULTS);
    again.keeper.start();
    again.keeper.tick();
    expect(stateOf(again, id)).toMatchObject({
      status: "store_failed",
      reason,
      last_error: { code, message: expect.stringContaining("sign in again") },
    });
    await expect(again.keeper.getToken(id)).rejects.toMatchObject({ code: "store_failed" });
    await expect(again.keeper.refreshNow(id)).rejects.toMatchObject({
      code: expect.stringMatching(/store_failed|corrupt|key_wrong/),
    });
    expect(street.server.calls).toBe(calls);
    expect(value(again, "SELECT hex(sealed_pair) FROM token ORDER BY account_id")).toEqual(stored);

    expect(await again.keeper.getToken(other)).toMatchObject({ generation: 1 });
    expect(await again.keeper.refreshNow(other)).toMatchObject({ status: "fresh", generation: 2 });

    expect(await again.keeper.exchange(street.server.code(), id)).toMatchObject({ status: "fresh", last_error: null });
    expect((await again.keeper.getToken(id)).generation).toBeGreaterThan(1);
  });

  test("a client secret that does not open is made good by the options, or by entering it again", async () => {
    const { house, id, other } = await twoAccounts();
    change(house, `UPDATE account SET sealed_client_secret = ${flipped("sealed_client_secret")}`);
    const again = street.build({ folder: house.folder });
    expect(stateOf(again, id)).toMatchObject({
      status: "store_failed",
      last_error: { message: expect.stringContaining("enter the client secret again") },
    });
    again.keeper.mirrorOptions([DETAILS], REFRESH_DEFAULTS);
    expect(stateOf(again, id)).toMatchObject({ status: "fresh", owner: "options" });
    expect(again.keeper.updateAccount(other, { client_secret: DETAILS.client_secret })).toMatchObject({
      status: "fresh",
    });
  });

  test("a journalled answer that does not open calls nobody, and does not stand in the way of a sign-in", async () => {
    const { house, other } = await twoAccounts();
    const interrupted = street.build({ folder: house.folder });
    const account = interrupted.vault.accounts.get(other);
    const attempt = account && interrupted.vault.journal.begin(account, "refresh_token", interrupted.clock.now());
    if (!attempt) throw new Error("no attempt");
    interrupted.vault.journal.answer(attempt, { status: 200, headers: {}, body: "{}", received_at: 1 });
    interrupted.close();
    change(house, `UPDATE attempt SET sealed_answer = ${flipped("sealed_answer")}`);
    const calls = street.server.calls;

    const again = street.build({ folder: house.folder });
    again.keeper.start();
    expect(await again.runner.run({ kind: "refresh", account_id: other, generation: null })).toMatchObject({
      outcome: "broken",
      problem: { code: "database_corrupt" },
    });
    expect(stateOf(again, other)).toMatchObject({ status: "store_failed", last_error: { code: "database_corrupt" } });
    expect(street.server.calls).toBe(calls);
    expect(await again.keeper.exchange(street.server.code("user-2"), other)).toMatchObject({
      status: "fresh",
      generation: 2,
    });
  });

  test("a token that was read before the damage goes on being served", async () => {
    const { house, id } = await twoAccounts();
    const again = street.build({ folder: house.folder });
    change(again, `UPDATE token SET sealed_pair = X'00'`);
    again.keeper.tick();
    expect(stateOf(again, id)?.status).toBe("store_failed");
    expect(await again.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(again.lines.filter((line) => line.includes("is damaged"))).toHaveLength(2);
    again.keeper.tick();
    expect(again.lines.filter((line) => line.includes("is damaged"))).toHaveLength(2);
  });
});

describe("damage to a plain number", () => {
  test("a generation set back is noticed as an older copy", async () => {
    const { house, other } = await twoAccounts();
    const later = street.build({ folder: house.folder });
    await later.keeper.refreshNow(other);
    later.close();
    change(house, "UPDATE account SET generation = 1 WHERE id = ?", other);
    expect(stateOf(street.build({ folder: house.folder }), other)).toMatchObject({
      status: "sign_in_needed",
      reason: "restored_backup",
    });
  });

  test("puts no new token behind an old one, also where no marker tells", async () => {
    const { house, other } = await twoAccounts();
    const later = street.build({ folder: house.folder });
    await later.keeper.refreshNow(other);
    later.close();
    rmSync(join(house.folder, "gateway.generations"));
    change(house, "UPDATE account SET generation = 0 WHERE id = ?", other);
    const again = street.build({ folder: house.folder });
    await again.keeper.refreshNow(other);
    expect(again.vault.tokens.newest(other)).toMatchObject({
      generation: 3,
      refresh_token: street.server.newestRefreshToken,
    });
  });

  test.each([
    ["expires_at", -1],
    ["expires_at", Number.MAX_SAFE_INTEGER],
    ["obtained_at", Number.MAX_SAFE_INTEGER],
    ["obtained_at", -1],
  ])("%s = %d of a token costs a refresh at most", async (column, wrong) => {
    const { house, other } = await twoAccounts();
    change(house, `UPDATE token SET ${column} = ? WHERE account_id = ?`, wrong, other);
    const again = street.build({ folder: house.folder });
    again.keeper.start();
    await again.keeper.getToken(other);
    expect(await again.keeper.refreshNow(other)).toMatchObject({ status: "fresh" });
    expect(street.server.reuses).toBe(0);
  });
});

describe("a database that lost its end", () => {
  test("in its write-ahead log is an older one: it is noticed, and the used token is not sent", async () => {
    const { house, other } = await twoAccounts();
    const later = street.build({ folder: house.folder });
    await later.keeper.refreshNow(other);
    await later.vault.markGenerations();
    const lost = street.build();
    lost.close();
    for (const name of ["gateway.db", "gateway.db-wal", "gateway.key", "gateway.generations"]) {
      copyFileSync(join(house.folder, name), join(lost.folder, name));
    }
    truncateSync(join(lost.folder, "gateway.db-wal"), 100);
    const calls = street.server.calls;
    const again = street.build({ folder: lost.folder });
    again.keeper.start();
    expect(stateOf(again, other)).toMatchObject({ status: "sign_in_needed", reason: "restored_backup" });
    expect(street.server.calls).toBe(calls);
  });

  test("while the gateway runs is said; what memory holds is served, and nothing is overwritten", async () => {
    const { house, other } = await twoAccounts();
    const running = street.build({ folder: house.folder });
    const file = join(house.folder, "gateway.db");
    const raw = new SqliteDatabase(file);
    raw.pragma("wal_checkpoint(TRUNCATE)");
    raw.close();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const torn = readFileSync(file);
    expect(() => street.build({ folder: house.folder })).toThrowError(
      expect.objectContaining({
        code: "database_corrupt",
        message: expect.stringContaining("restore it from a backup"),
      }),
    );
    expect(await running.keeper.getToken(other)).toMatchObject({ generation: 1 });
    expect(readFileSync(file)).toEqual(torn);
  });
});
