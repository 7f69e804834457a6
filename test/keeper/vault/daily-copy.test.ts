import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DailyCopy } from "../../../src/keeper/vault/daily-copy.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const DAY_MS = 24 * 3_600_000;

const street = streetForEach();

const copiesOf = ({ vault, folder, clock, world }: House): DailyCopy =>
  new DailyCopy({ vault, folder, clock, log: world.log });

const named = ({ folder }: House): string[] => readdirSync(join(folder, "backups")).sort();

describe("the daily copy", () => {
  test("is made once a day, for the gateway's eyes alone, and seven are kept", async () => {
    const { house } = await street.signedIn();
    const copies = copiesOf(house);
    for (let day = 0; day < 10; day++) {
      copies.tick();
      copies.tick();
      house.clock.offsetMs += DAY_MS;
    }
    const dates = Array.from({ length: 7 }, (_, back) =>
      new Date(house.clock.now() - (7 - back) * DAY_MS).toISOString().slice(0, 10),
    );
    expect(named(house)).toEqual(dates.map((date) => `gateway-${date}.db`));
    for (const name of named(house)) expect(statSync(join(house.folder, "backups", name)).mode & 0o777).toBe(0o600);
  });

  test("of today stays where a clock ahead of its time has dated others: those go first, the furthest before all", async () => {
    const { house } = await street.signedIn();
    const copies = copiesOf(house);
    for (let day = 0; day < 3; day++) {
      copies.tick();
      house.clock.offsetMs += DAY_MS;
    }
    const real = named(house);
    const dated = ["2106-02-05", "2106-02-06", "2106-02-07", "2106-02-08"].map((date) => `gateway-${date}.db`);
    for (const name of dated) writeFileSync(join(house.folder, "backups", name), "");
    copies.tick();
    const today = `gateway-${new Date(house.clock.now()).toISOString().slice(0, 10)}.db`;
    expect(named(house)).toEqual([...real, today, ...dated.slice(0, 3)]);
    const file = join(house.folder, "backups", today);
    const { ino } = statSync(file);
    for (let ticks = 0; ticks < 3; ticks++) copies.tick();
    expect(statSync(file).ino).toBe(ino);
    for (let day = 0; day < 3; day++) {
      house.clock.offsetMs += DAY_MS;
      copies.tick();
    }
    expect(named(house)).toHaveLength(7);
    expect(named(house).filter((name) => dated.includes(name))).toEqual([]);
  });

  test("is not made on a clock that stands in the past, and costs no copy that is good", async () => {
    const { house } = await street.signedIn();
    const copies = copiesOf(house);
    copies.tick();
    const before = named(house);
    const offset = house.clock.offsetMs;
    house.clock.offsetMs = -house.clock.now();
    copies.tick();
    expect(named(house)).toEqual(before);
    house.clock.offsetMs = offset + DAY_MS;
    copies.tick();
    expect(named(house)).toHaveLength(2);
  });

  test("leaves alone what else lies in its folder", async () => {
    const { house } = await street.signedIn();
    const copies = copiesOf(house);
    copies.tick();
    writeFileSync(join(house.folder, "backups", "mine.db"), "");
    for (let day = 0; day < 9; day++) {
      house.clock.offsetMs += DAY_MS;
      copies.tick();
    }
    expect(named(house)).toHaveLength(8);
    expect(named(house)).toContain("mine.db");
  });

  test("that can't be made is said once an hour, costs nothing else, and leaves no half file under a copy's name", async () => {
    const { house, id } = await street.signedIn();
    writeFileSync(join(house.folder, "backups"), "a file where the folder should be");
    const copies = copiesOf(house);
    copies.tick();
    copies.tick();
    expect(house.lines.filter((line) => line.includes("could not be made"))).toHaveLength(1);
    expect((await house.keeper.getToken(id)).generation).toBe(1);
    rmSync(join(house.folder, "backups"));
    copies.tick();
    expect(existsSync(join(house.folder, "backups"))).toBe(false);
    house.clock.offsetMs += 3_600_001;
    copies.tick();
    expect(named(house)).toHaveLength(1);
  });

  test("takes up where a crash left a half one", async () => {
    const { house } = await street.signedIn();
    const copies = copiesOf(house);
    copies.tick();
    const [name = ""] = named(house);
    const copy = join(house.folder, "backups", name);
    rmSync(copy);
    writeFileSync(`${copy}.new`, "half");
    chmodSync(`${copy}.new`, 0o644);
    copies.tick();
    expect(named(house)).toEqual([name]);
  });

  test("keeps the event loop of a full database with 20 accounts for less than 50 ms", async () => {
    const house = street.build();
    for (let number = 0; number < 20; number++) {
      const { id } = house.keeper.addAccount({ ...DETAILS, name: `Home ${number}`, client_id: `client-${number}` });
      for (let count = 0; count < 50; count++) {
        const message = "x".repeat(600);
        house.vault.events.add(id, { at: count, kind: "retried", class: "transient", code: "timeout", message });
      }
    }
    const copies = copiesOf(house);
    const took = [1, 2, 3].map(() => {
      const began = performance.now();
      copies.tick();
      house.clock.offsetMs += DAY_MS;
      return performance.now() - began;
    });
    // What the copy takes, not what a busy machine adds.
    expect(Math.min(...took)).toBeLessThan(50);
    expect(named(house)).toHaveLength(3);
  });
});

describe("going back to a copy", () => {
  async function restored(days: number): Promise<{ house: House; id: string }> {
    const { house, id } = await street.signedIn();
    copiesOf(house).tick();
    for (let generation = 1; generation <= days; generation++) {
      await house.runner.run({ kind: "refresh", account_id: id, generation });
    }
    house.close();
    const [name = ""] = named(house);
    copyFileSync(join(house.folder, "backups", name), join(house.folder, "gateway.db"));
    return { house: street.build({ folder: house.folder }), id };
  }

  test("with the newest token in it goes on as if nothing had been", async () => {
    const { house, id } = await restored(0);
    expect(house.keeper.accounts()[0]).toMatchObject({ id, status: "fresh", generation: 1, cloud_user: "user-1" });
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({ generation: 2 });
    expect(street.server.reuses).toBe(0);
  });

  test("with an older one asks for a sign-in, keeps everything else, and sends nothing", async () => {
    const { house, id } = await restored(2);
    const calls = street.server.calls;
    house.keeper.start();
    expect(house.keeper.accounts()[0]).toMatchObject({
      id,
      name: DETAILS.name,
      client_secret_set: true,
      status: "sign_in_needed",
      reason: "restored_backup",
    });
    expect(street.server.calls).toBe(calls);
    expect(await house.keeper.exchange(street.server.code(), id)).toMatchObject({ id, status: "fresh" });
  });

  test("is of no use without its key: that is said, and the copy left as it is", async () => {
    const { house } = await street.signedIn();
    copiesOf(house).tick();
    const elsewhere = mkdtempSync(join(tmpdir(), "keeper-"));
    const [name = ""] = named(house);
    copyFileSync(join(house.folder, "backups", name), join(elsewhere, "gateway.db"));
    expect(() => street.build({ folder: elsewhere })).toThrowError(expect.objectContaining({ code: "key_wrong" }));
    rmSync(elsewhere, { recursive: true });
  });
});
