import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { lockStates } from "../tiny-cloud.ts";
import { HALF_AN_HOUR, MINUTE, Machine, lists } from "./machine.ts";

describe("the disk", () => {
  it("is not written while nothing happens", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(2 * HALF_AN_HOUR + MINUTE);
    const { written } = machine;
    await house.pass(3 * 60 * MINUTE);
    expect(machine.written).toBe(written);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(MINUTE);
    expect(machine.written).not.toBe(written);
    house.poller.stop();
  });

  it("is written six times a minute at most, however restless a lock is", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(MINUTE);
    let writes = 0;
    for (let second = 0, last = machine.written; second < 120; second += 1) {
      const said = house.device("front").lock_state === "locked" ? "unlocked" : "locked";
      house.picture.update({ devices: [{ ...house.device("front"), lock_state: said }] });
      await house.pass(1000);
      if (machine.written !== last) writes += 1;
      last = machine.written;
    }
    expect(writes).toBeGreaterThan(6);
    expect(writes).toBeLessThanOrEqual(12);
  });

  it("that can't be written costs the stored picture alone, is logged once, and is written when it works again", async () => {
    const machine = new Machine();
    mkdirSync(machine.file);
    const house = await machine.starts();
    expect(house.device("front")).toMatchObject({ lock_state: "locked", freshness: "fresh" });
    await house.pass(10 * MINUTE);
    rmSync(machine.file, { recursive: true });
    await house.pass(MINUTE + 1000);
    house.poller.stop();
    expect(machine.warnings()).toEqual([
      expect.stringMatching(/can't be stored in .*picture\.db/),
      expect.stringMatching(/stored again/),
    ]);
    expect((await machine.begins()).device("front").lock_state).toBe("locked");
  });

  it("whose file is damaged starts a new one, and sets the damaged one aside", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    writeFileSync(machine.file, "no database at all, and long enough to be looked at");
    const house = await machine.starts();
    expect(house.device("front").freshness).toBe("fresh");
    expect(readdirSync(join(machine.file, ".."))).toContain("picture.damaged.db");
    await house.pass(MINUTE);
    house.poller.stop();
    expect((await machine.begins()).picture.devices()).toHaveLength(2);
  });

  it("whose file is damaged while the gateway runs is written again, with all that was in it", async () => {
    const machine = new Machine();
    const house = await machine.starts();
    await house.pass(MINUTE);
    const other = new SqliteDatabase(machine.file);
    other.pragma("wal_checkpoint(TRUNCATE)");
    const root = Number(other.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'device'").pluck().get());
    const bytes = Number(other.pragma("page_size", { simple: true }));
    other.close();
    const file = openSync(machine.file, "r+");
    writeSync(file, Buffer.alloc(bytes, 0xff), 0, bytes, (root - 1) * bytes);
    closeSync(file);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(3 * MINUTE);
    house.poller.stop();
    const next = await machine.begins();
    expect(next.picture.devices().map(({ lock_state }) => lock_state)).toEqual(["unlocked", "unlocked"]);
  });

  it.each([
    ["device", '{"state":{"id":"front","name":7}}', 2],
    ["device", "{", 2],
    ["sighting", '{"record":{"id":"front"},"missed":0}', 1],
  ])("that holds nonsense for a %s is used for the rest: %s", async (table, content, devices) => {
    const machine = new Machine();
    await machine.livesOnce();
    const other = new SqliteDatabase(machine.file);
    other.prepare(`UPDATE ${table} SET content = ? WHERE device_id = 'front'`).run(content);
    other.close();
    const house = await machine.begins();
    expect(house.picture.devices()).toHaveLength(devices);
    expect(house.picture.device("garden")).toMatchObject({ lock_state: "unlocked" });
    await house.pass(0);
    expect(house.device("front")).toMatchObject({ name: "Front door", lock_state: "locked" });
  });

  it("that has lost a part of a list does not know the list, and one device list does not make up for it", async () => {
    const machine = new Machine();
    const first = await machine.starts();
    await first.pass(2 * HALF_AN_HOUR);
    first.poller.stop();
    const other = new SqliteDatabase(machine.file);
    other.exec("UPDATE sighting SET content = '' WHERE device_id = 'garden'");
    other.close();
    const house = await machine.starts(lists("front"));
    expect(house.picture.gateway.clouds["home"]?.devices_known).toBe(false);
  });

  it("that was written by a later version is set aside", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    const other = new SqliteDatabase(machine.file);
    other.pragma("user_version = 99");
    other.close();
    const before = readFileSync(machine.file);
    expect((await machine.starts()).device("front").freshness).toBe("fresh");
    expect(machine.warnings()[0]).toMatch(
      /written by another version of the gateway: it was set aside as .*version-99/,
    );
    expect(readFileSync(join(machine.file, "../picture.version-99.db"))).toEqual(before);
  });
});
