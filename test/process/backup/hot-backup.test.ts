import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import { aCloud, aFolder, aGatewayAt, complaintsIn, signIn } from "../stage.ts";
import { backupCommand, copyWhileWritten } from "./supervisor-backup.ts";

const BACKUPS = 8;

/** Each backup reads the files in another order: the database before, after and between its write-ahead log. */
const ORDERS: readonly ((names: readonly string[]) => readonly string[])[] = [
  (names) => names.toSorted(),
  (names) => names.toSorted().toReversed(),
  (names) => names.toSorted((one, other) => statSync(one).size - statSync(other).size),
  (names) => names,
];

test(
  "backups made file by file while tokens are refreshed and doors moved: each restores to a gateway that goes on, signed in",
  { timeout: 240_000 },
  async ({ onTestFinished }) => {
    const cloud = await aCloud(onTestFinished, { settings: { access_token_life_s: 2 } });
    const dataFolder = aFolder(onTestFinished);
    const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    const { id } = await signIn(gateway, cloud);
    await gateway.waitFor(({ devices }) => devices.length > 0, "the devices");
    const load = underLoad(gateway, dataFolder);

    const backups: { folder: string; generation: number }[] = [];
    for (let number = 0; number < BACKUPS; number++) {
      const folder = aFolder(onTestFinished);
      const { generation } = await gateway.account();
      expect(await backupCommand("backup_pre", dataFolder)).toEqual({ code: 0, said: "" });
      await copyWhileWritten(dataFolder, folder, ORDERS[number % ORDERS.length] ?? ((names) => names));
      expect(await backupCommand("backup_post", dataFolder)).toEqual({ code: 0, said: "" });
      backups.push({ folder, generation });
    }
    expect((await gateway.account()).generation).toBeGreaterThan(BACKUPS / 2);
    await load.stop();
    expect(readdirSync(dataFolder).filter((name) => /backup\.db|backing-up/.test(name))).toEqual([]);
    expect(complaintsIn(gateway.output)).toEqual([]);
    await gateway.stop();

    for (const { folder, generation } of backups) {
      // The cloud is out of reach: what is shown is what the backup held.
      const restored = await aGatewayAt({ ...cloud, oauthUrl: NOBODY, apiUrl: NOBODY }, onTestFinished, {
        dataFolder: folder,
      });
      const account = await restored.account();
      expect(account.id).toBe(id);
      expect(account.generation).toBeGreaterThanOrEqual(generation);
      expect(account.generation).toBeLessThanOrEqual(generation + 3);
      expect(account.status).not.toMatch(/sign_in_needed|store_failed|misconfigured/);
      expect(restored.output).toContain("was restored from a backup");
      expect(restored.output).not.toContain("damaged");
      await restored.kill();
      for (const name of ["gateway", "activity", "picture"]) expectWhole(join(folder, `${name}.db`));
      expect(readdirSync(folder).filter((name) => name.includes("backup.db"))).toEqual([]);
    }
  },
);

test("the newest token of a backup is used: what was refreshed before it is not lost", async ({ onTestFinished }) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  const { id: account_id } = await signIn(gateway, cloud);
  await gateway.post("api/accounts/refresh", { account_id });
  await gateway.waitFor(({ accounts }) => accounts[0]?.generation === 2, "the second token");
  await backupCommand("backup_pre", dataFolder);
  const folder = aFolder(onTestFinished);
  await copyWhileWritten(dataFolder, folder, (names) => names);
  expect(readdirSync(folder).sort()).toEqual(
    expect.arrayContaining(["activity.backup.db", "gateway.backup.db", "gateway.key", "picture.backup.db"]),
  );
  expect(readdirSync(folder).filter((name) => /generations|reserve|backing-up|shm|new$/.test(name))).toEqual([]);
  // The machine it came from is no more.
  await gateway.kill();

  const restored = await aGatewayAt(cloud, onTestFinished, { dataFolder: folder });
  expect(await restored.account()).toMatchObject({ id: account_id, status: "fresh", generation: 2 });
  await restored.post("api/accounts/refresh", { account_id });
  await restored.waitFor(
    ({ accounts }) => accounts[0]?.generation === 3 && accounts[0].status === "fresh",
    "the third token",
  );
});

test("what an interrupted backup left behind is old, and removed: the start goes on with what was written since", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  const { id: account_id } = await signIn(gateway, cloud);
  await backupCommand("backup_pre", dataFolder);
  await gateway.post("api/accounts/refresh", { account_id });
  await gateway.waitFor(({ accounts }) => accounts[0]?.generation === 2, "the second token");
  await gateway.kill();

  const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  expect(await again.account()).toMatchObject({ status: "fresh", generation: 2 });
  expect(again.output).not.toContain("restored");
  expect(readdirSync(dataFolder).filter((name) => /backup\.db|backing-up/.test(name))).toEqual([]);
});

test("a backup that can't be made whole fails, with one sentence, and leaves nothing behind", async ({
  onTestFinished,
}) => {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  await signIn(gateway, cloud);
  await gateway.stop();
  writeFileSync(join(dataFolder, "gateway.db"), "nonsense ".repeat(999));
  const { code, said } = await backupCommand("backup_pre", dataFolder);
  expect(code).toBe(1);
  expect(said).toMatch(/^No copy of the databases can be made for the backup: make room/);
  expect(readdirSync(dataFolder).filter((name) => /backup\.db|backing-up/.test(name))).toEqual([]);
});

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9";

/** Doors move and logs are written all the while, and the write-ahead log is taken over at any time. */
function underLoad(gateway: GatewayProcess, dataFolder: string): { readonly stop: () => Promise<void> } {
  const end = new AbortController();
  const work = async (): Promise<void> => {
    const [lock] = (await gateway.state()).devices;
    for (let turn = 0; !end.signal.aborted; turn++) {
      await gateway.command(lock?.id ?? "", turn % 2 === 0 ? "unlock" : "lock").catch(() => undefined);
      for (const name of ["gateway", "activity"]) {
        const file = join(dataFolder, `${name}.db`);
        if (!existsSync(file)) continue;
        const database = new SqliteDatabase(file);
        // So that the log begins anew with the next write; it waits for nobody and nobody waits for it.
        database.pragma("wal_checkpoint(PASSIVE)");
        database.close();
      }
      await delay(60);
    }
  };
  const working = work();
  return {
    stop: async () => {
      end.abort();
      await working;
    },
  };
}

function expectWhole(file: string): void {
  const database = new SqliteDatabase(file, { readonly: true });
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  database.close();
}
