import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import type { House } from "../house.ts";
import { account, again, history } from "../restored-history.ts";
import { streetForEach } from "../street.ts";

/** Home Assistant remembers how far the tokens had come, where a restore took the marker in the data folder along. */
const street = streetForEach();

describe("a call that is under way when Home Assistant is heard", () => {
  /** A gateway started again, with a refresh whose answer is there and waits. */
  async function inFlight(folder: string, id: string): Promise<{ house: House; land: () => Promise<unknown> }> {
    const gate = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const holding: Fetch = async (url, init) => {
      const answer = await fetch(url, init);
      answered.resolve();
      await gate.promise;
      return answer;
    };
    const house = street.build({ folder, fetch: holding });
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    await answered.promise;
    return {
      house,
      land: () => {
        gate.resolve();
        return refresh;
      },
    };
  }

  const later = (house: House, id: string) =>
    new Map([[id, { generation: 9, last_success_at: house.clock.now() + 9e6 }]]);

  test("keeps what the cloud grants, which proves that the grant lives", async () => {
    const { house: first, id } = await street.signedIn();
    first.close();
    const { house, land } = await inFlight(first.folder, id);
    house.keeper.checkGenerations(later(house, id));
    expect(account(house).reason).not.toBe("restored_backup");
    expect(await land()).toMatchObject({ outcome: "committed", generation: 2 });
    expect(account(house)).toMatchObject({ status: "fresh", generation: 9 });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(street.server.newestRefreshToken);
  });

  test("goes on where it has not been written down yet", async () => {
    const { house: first, id } = await street.signedIn();
    first.close();
    const house: House = street.build({
      folder: first.folder,
      onStep: (step) => {
        if (step === "decided") house.keeper.checkGenerations(later(house, id));
      },
    });
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 1 })).toMatchObject({
      outcome: "committed",
    });
    expect(account(house)).toMatchObject({ status: "fresh", generation: 9 });
  });

  test("is the last one where the cloud refuses it: no second asking confirms what is known", async () => {
    const { backup, id, remembered } = await history(street);
    const { house, land } = await inFlight(backup, id);
    house.keeper.checkGenerations(remembered);
    await land();
    expect(account(house)).toMatchObject({ reason: "restored_backup", generation: 3, next_refresh_at: null });
    const calls = street.server.calls;
    house.clock.offsetMs += 3_600_000;
    await house.runner.run(again(id));
    expect(street.server.calls).toBe(calls);
  });
});

/** What the disk says no to from now on. */
function change({ folder }: House, sql: string): void {
  const raw = new SqliteDatabase(join(folder, "gateway.db"));
  raw.exec(sql);
  raw.close();
}

test("an answer that the disk does not take yet is saved first, and not dropped", async () => {
  const { house, id } = await street.signedIn();
  change(house, "CREATE TRIGGER fault BEFORE INSERT ON token BEGIN SELECT RAISE(ABORT, 'input/output error'); END");
  await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
  house.keeper.checkGenerations(new Map([[id, { generation: 9, last_success_at: house.clock.now() + 9e6 }]]));
  expect(account(house).status).toBe("store_failed");
  change(house, "DROP TRIGGER fault");
  await house.planned(id);
  expect(account(house)).toMatchObject({ status: "fresh", generation: 9 });
  expect(house.vault.tokens.newest(id)?.refresh_token).toBe(street.server.newestRefreshToken);
});

test("a disk that does not take the alarm is said, and the next hello tries again", async () => {
  const { backup, remembered } = await history(street);
  const house = street.build({ folder: backup });
  change(house, "CREATE TRIGGER fault BEFORE UPDATE ON account BEGIN SELECT RAISE(ABORT, 'input/output error'); END");
  house.keeper.checkGenerations(remembered);
  expect(account(house)).toMatchObject({ generation: 1, sign_in_ends_at: null });
  expect(house.lines.some((line) => line.includes("store_failed"))).toBe(true);
  change(house, "DROP TRIGGER fault");
  house.keeper.checkGenerations(remembered);
  expect(account(house)).toMatchObject({ reason: "restored_backup", generation: 3 });
});
