import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import { DETAILS } from "./house.ts";
import type { House } from "./house.ts";
import { streetForEach } from "./street.ts";

const street = streetForEach();

const DAY_MS = 24 * 3_600_000;

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("what everybody sees", () => {
  test("follows the account through its life, and never a secret", async () => {
    const house = street.build();
    const seen: string[] = [];
    house.keeper.subscribe(({ accounts }) => seen.push(...accounts.map(({ status }) => status)));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(street.server.code(), id);
    house.clock.offsetMs += 3_500_000;
    house.keeper.tick();
    street.server.queueFault((response) => response.writeHead(500).end());
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(seen).toEqual(["sign_in_needed", "fresh", "due", "refreshing", "retrying"]);
    const shown = JSON.stringify(house.keeper.accounts()) + JSON.stringify(house.keeper.events(id));
    expect(shown + house.lines.join("")).not.toMatch(/canary-client-secret|(access|refresh)-user-1-\d/);
  });

  test("is told only when something changed", async () => {
    const { house } = await street.signedIn();
    let updates = 0;
    house.keeper.subscribe(() => void updates++);
    house.keeper.tick();
    house.keeper.tick();
    expect(updates).toBe(0);
  });

  test("says so while the disk fails, and goes on from where it was when it works again", async () => {
    const { house, id } = await street.signedIn();
    const disk = new SqliteDatabase(`${house.folder}/gateway.db`);
    disk.exec("ALTER TABLE event RENAME TO lost");
    house.keeper.tick();
    house.keeper.tick();
    expect(state(house)).toMatchObject({
      id,
      status: "store_failed",
      generation: 1,
      last_error: { code: "store_failed", message: expect.stringContaining("check its disk") },
    });
    expect(house.lines.filter((line) => line.includes("check its disk"))).toHaveLength(1);
    expect((await house.keeper.getToken(id)).generation).toBe(1);
    disk.exec("ALTER TABLE lost RENAME TO event");
    disk.close();
    house.keeper.tick();
    expect(state(house)).toMatchObject({ id, status: "fresh", generation: 1 });
  });

  test("holds no more secrets after many refreshes than after two", async () => {
    const { house, id } = await street.signedIn();
    for (let generation = 1; generation <= 10; generation++) {
      await house.runner.run({ kind: "refresh", account_id: id, generation });
    }
    const scrubbed = (number: number): boolean => !house.secrets.scrub(`access-user-1-${number}`).includes("user-1");
    const newest = Number(/\d+$/.exec((await house.keeper.getToken(id)).value)?.[0]);
    expect([newest - 2, newest - 1, newest].map(scrubbed)).toEqual([false, true, true]);
  });

  test("names a clock that stands before a time already seen, and one that the cloud's contradicts", async () => {
    const { house, id } = await street.signedIn();
    house.clock.offsetMs += DAY_MS;
    house.keeper.tick();
    house.clock.offsetMs -= DAY_MS;
    house.keeper.tick();
    expect(state(house)?.status).toBe("clock_suspect");
    expect((await house.keeper.getToken(id)).generation).toBe(1);

    house.keeper.noteCloudTime("utec", new Date(house.clock.now()).toUTCString());
    house.keeper.tick();
    expect(state(house)?.status).toBe("fresh");
    house.keeper.noteCloudTime("utec", new Date(house.clock.now() + DAY_MS).toUTCString());
    house.keeper.tick();
    expect(state(house)?.status).toBe("clock_suspect");
  });

  test("names a wrong clock that the token's own answer witnesses", async () => {
    const { house, id } = await street.signedIn();
    street.server.date = new Date(house.clock.now() - DAY_MS).toUTCString();
    expect(await house.keeper.refreshNow(id)).toMatchObject({ status: "clock_suspect", generation: 2 });
    expect((state(house)?.expires_at ?? 0) - (state(house)?.obtained_at ?? 0)).toBe(3_600_000);
  });
});
