import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { aCloud, aFolder, aGatewayAt, expectOneSentence, refusalOf, signIn } from "../stage.ts";
import type { Finish } from "../stage.ts";
import { backupCommand } from "./supervisor-backup.ts";

interface Folder {
  readonly cloud: Simulator;
  readonly dataFolder: string;
  readonly id: string;
}

/** The folder of a gateway that was killed: signed in, with a daily copy, then refreshed so many times. */
async function aKilledGateway(onTestFinished: Finish, { refreshes = 0, withCopy = true } = {}): Promise<Folder> {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aFolder(onTestFinished);
  const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
  const { id } = await signIn(gateway, cloud);
  if (withCopy) dailyCopy(dataFolder);
  for (let generation = 2; generation < 2 + refreshes; generation++) {
    await gateway.post("api/accounts/refresh", { account_id: id });
    await gateway.waitFor(({ accounts }) => accounts[0]?.generation === generation, "the next token");
  }
  await gateway.kill();
  // Else the write-ahead log mends what is damaged below.
  const database = new SqliteDatabase(join(dataFolder, "gateway.db"));
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  return { cloud, dataFolder, id };
}

const COPY = "gateway-2026-11-28.db";

function dailyCopy(dataFolder: string): void {
  mkdirSync(join(dataFolder, "backups"));
  const database = new SqliteDatabase(join(dataFolder, "gateway.db"), { readonly: true });
  database.prepare("VACUUM INTO ?").run(join(dataFolder, "backups", COPY));
  database.close();
}

const DAMAGES: [string, (file: string) => void][] = [
  ["is something else", (file) => writeFileSync(file, "nonsense ".repeat(999))],
  ["was torn off", (file) => truncateSync(file, 5000)],
  ["is empty, which SQLite takes for a new one", (file) => truncateSync(file, 0)],
  ["is of another moment than its write-ahead log", tear],
];

describe("a damaged database is set aside, and the newest whole daily copy takes its place", () => {
  test.for(DAMAGES)("that %s: nobody has to sign in", async ([, damage], { onTestFinished }) => {
    const { cloud, dataFolder, id } = await aKilledGateway(onTestFinished);
    writeFileSync(join(dataFolder, "backups", "gateway-2026-11-29.db"), "a newer copy, which is damaged too");
    const file = join(dataFolder, "gateway.db");
    damage(file);
    const damaged = readFileSync(file);
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await again.account()).toMatchObject({ id, status: "fresh", generation: 1 });
    expect(again.output).toContain(`set aside as ${join(dataFolder, "gateway.damaged.db")}, and the copy ${COPY}`);
    expect(readFileSync(join(dataFolder, "gateway.damaged.db"))).toEqual(damaged);
    await again.post("api/accounts/refresh", { account_id: id });
    await again.waitFor(({ accounts }) => accounts[0]?.generation === 2, "the next token");
    await again.stop();

    damage(file);
    const third = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(existsSync(join(dataFolder, "gateway.damaged-2.db"))).toBe(true);
    expect(readFileSync(join(dataFolder, "gateway.damaged.db"))).toEqual(damaged);
    // Here the token of the copy has been used: that is said, and it is not sent.
    expect(await third.account()).toMatchObject({ id, status: "sign_in_needed", reason: "restored_backup" });
  });

  test("where every copy is damaged too, the start says so and changes nothing", async ({ onTestFinished }) => {
    const { dataFolder } = await aKilledGateway(onTestFinished);
    for (const name of ["gateway.db", `backups/${COPY}`])
      writeFileSync(join(dataFolder, name), "nonsense ".repeat(999));
    const before = filesIn(dataFolder);
    expectOneSentence(await refusalOf({ dataFolder }), "gateway.db", "backup");
    expect(filesIn(dataFolder)).toEqual(before);
  });
});

describe("a database of a newer version is refused, and its folder is left as it is", () => {
  test("also where its last writes are in the write-ahead log", async ({ onTestFinished }) => {
    const { cloud, dataFolder, id } = await aKilledGateway(onTestFinished);
    const file = join(dataFolder, "gateway.db");
    const newer = aFolder(onTestFinished);
    const version = versionOf(file);
    const open = new SqliteDatabase(file);
    open.pragma(`user_version = ${version + 1}`);
    for (const end of ["", "-wal"]) copyFileSync(file + end, join(newer, `gateway.db${end}`));
    open.pragma(`user_version = ${version}`);
    open.close();
    for (const name of ["gateway.key", "gateway.lock", "activity.db", "picture.db"]) {
      copyFileSync(join(dataFolder, name), join(newer, name));
    }
    const before = filesIn(newer);
    const refusal = await refusalOf({ dataFolder: newer });
    expectOneSentence(refusal, "newer version", "install that version again", "from before the update");
    expect(filesIn(newer)).toEqual(before);
    // The older folder is good for the older version all the while.
    expect(await (await aGatewayAt(cloud, onTestFinished, { dataFolder })).account()).toMatchObject({ id });
  });

  test("also where it is the copy of a restored backup", async ({ onTestFinished }) => {
    const { dataFolder } = await aKilledGateway(onTestFinished);
    const backup = await aBackup(dataFolder, onTestFinished);
    const copy = new SqliteDatabase(join(backup, "gateway.backup.db"));
    copy.pragma("user_version = 999");
    copy.close();
    const before = filesIn(backup);
    expectOneSentence(await refusalOf({ dataFolder: backup }), "newer version", "install that version again");
    expect(filesIn(backup)).toEqual(before);
  });
});

test("a restored backup whose copy is damaged goes on with what else is in it", async ({ onTestFinished }) => {
  const { cloud, dataFolder, id } = await aKilledGateway(onTestFinished, { refreshes: 1 });
  const backup = await aBackup(dataFolder, onTestFinished);
  truncateSync(join(backup, "gateway.backup.db"), 5000);
  const restored = await aGatewayAt(cloud, onTestFinished, { dataFolder: backup });
  expect(await restored.account()).toMatchObject({ id, status: "fresh", generation: 2 });
  expect(restored.output).toContain("that was restored is damaged: what else was in it is used");
});

/** What the Supervisor restores: everything but the marks of the machine. */
async function aBackup(dataFolder: string, onTestFinished: Finish): Promise<string> {
  expect(await backupCommand("backup_pre", dataFolder)).toMatchObject({ code: 0 });
  const backup = aFolder(onTestFinished);
  for (const name of readdirSync(dataFolder)) {
    if (!/generations|reserve|backing-up|-shm$|^backups$/.test(name))
      copyFileSync(join(dataFolder, name), join(backup, name));
  }
  return backup;
}

/** The start of the file as it was, its rest as it would have become. */
function tear(file: string): void {
  const database = new SqliteDatabase(file);
  database.pragma("wal_checkpoint(TRUNCATE)");
  const before = readFileSync(file);
  database.exec("CREATE TABLE torn (x); INSERT INTO torn VALUES (zeroblob(200000)); DROP TABLE event");
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const after = readFileSync(file);
  writeFileSync(file, Buffer.concat([before.subarray(0, 8192), after.subarray(8192)]));
}

function versionOf(file: string): number {
  const database = new SqliteDatabase(file);
  const version = Number(database.pragma("user_version", { simple: true }));
  database.close();
  return version;
}

/** Every file with its bytes, those of the folders in it too. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names
      .map((name) => join(name.parentPath, name.name))
      .toSorted()
      .map((path) => [path, readFileSync(path, "latin1")]),
  );
}
