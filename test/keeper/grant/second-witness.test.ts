import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { judgeBackup } from "../../../src/keeper/accounts/restored-backup.ts";
import { DETAILS } from "../house.ts";
import { FILES, UNMARKED, account, again, history, told } from "../restored-history.ts";
import { streetForEach } from "../street.ts";

/** Home Assistant remembers how far the tokens had come, where a restore took the marker in the data folder along. */
const street = streetForEach();

/** That nobody had signed in yet. */
const ONLY_THE_FIRST = { number: 1, closed_at: expect.any(Number) };

const withoutTimes = ({ recent, last_error, incident, ...state }: AccountState) => ({
  ...state,
  last_error: { ...last_error, at: 0 },
  incident: { ...incident, opened_at: 0 },
  recent: recent.map((event) => ({ ...event, at: 0 })),
});

describe.each([
  ["the whole add-on, which brings no marker", UNMARKED],
  ["the whole data folder with the marker in it", FILES],
])("a restore of %s", (_, files) => {
  test("is noticed by what Home Assistant was told, and the used refresh token is never sent by itself", async () => {
    const { backup, id, remembered } = await history(street, files);
    const restored = street.build({ folder: backup });
    restored.keeper.start();
    expect(account(restored)).toMatchObject({ status: "fresh", generation: 1 });
    const calls = street.server.calls;

    restored.keeper.checkGenerations(remembered);
    expect(account(restored)).toMatchObject({
      status: "sign_in_needed",
      reason: "restored_backup",
      generation: 3,
      next_refresh_at: null,
      last_error: { code: "restored_backup", message: expect.stringMatching(/older copy.*Home.*sign in again/) },
    });
    expect(restored.runner.plans.has(id)).toBe(false);
    restored.clock.offsetMs += 24 * 3_600_000;
    await restored.runner.run(again(id));
    await expect(restored.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(street.server.calls).toBe(calls);
    expect(street.server.reuses).toBe(0);
    expect(restored.vault.tokens.newest(id)?.generation).toBe(1);
  });

  test("is said once, over each hello and restart, until a new sign-in ends it", async () => {
    const { backup, id, remembered } = await history(street, files);
    const restored = street.build({ folder: backup });
    for (let hellos = 0; hellos < 3; hellos++) restored.keeper.checkGenerations(remembered);
    restored.close();
    const restarted = street.build({ folder: backup });
    restarted.keeper.checkGenerations(remembered);
    expect(account(restarted)).toMatchObject({ reason: "restored_backup", incident: { number: 2, closed_at: null } });
    expect(restarted.keeper.events(id).filter(({ code }) => code === "restored_backup")).toHaveLength(1);
    expect(await restarted.keeper.exchange(street.server.code(), id)).toMatchObject({ status: "fresh", generation: 4 });
    restarted.keeper.checkGenerations(remembered);
    expect(account(restarted)).toMatchObject({
      status: "fresh",
      incident: { number: 2, closed_at: expect.any(Number) },
    });
  });
});

test("both witnesses lead to the same state", async () => {
  const { folder, backup, remembered } = await history(street);
  copyFileSync(join(backup, "gateway.db"), join(folder, "gateway.db"));
  const byHomeAssistant = street.build({ folder: backup });
  byHomeAssistant.keeper.checkGenerations(remembered);
  const byMarker = street.build({ folder });
  expect(account(byMarker).reason).toBe("restored_backup");
  expect(withoutTimes(account(byHomeAssistant))).toEqual(withoutTimes(account(byMarker)));
});

describe("no alarm", () => {
  test.each([
    ["nothing", new Map()],
    ["another account's", new Map([["another", { generation: 9, last_success_at: 9e12 }]])],
  ])("for %s", async (_, remembered) => {
    const { backup } = await history(street);
    const house = street.build({ folder: backup });
    house.keeper.checkGenerations(remembered);
    expect(account(house)).toMatchObject({ status: "fresh", generation: 1 });
    expect(house.keeper.accounts()).toHaveLength(1);
  });

  test("where Home Assistant itself was restored: it remembers less, or as much", async () => {
    const { house, id } = await street.signedIn();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const before = account(house);
    for (const generation of [1, 2]) {
      house.keeper.checkGenerations(new Map([[id, { generation, last_success_at: house.clock.now() + 9e6 }]]));
      expect(account(house)).toEqual(before);
    }
  });

  test("where a token was granted since the start: the numbers go on from the higher one, the token stays", async () => {
    const { house: first, id } = await street.signedIn();
    first.close();
    const house = street.build({ folder: first.folder });
    house.keeper.start();
    await house.planned(id);
    const { value } = await house.keeper.getToken(id);
    house.keeper.checkGenerations(new Map([[id, { generation: 9, last_success_at: house.clock.now() + 9e6 }]]));
    expect(account(house)).toMatchObject({
      status: "fresh",
      generation: 9,
      last_error: null,
      incident: ONLY_THE_FIRST,
    });
    expect((await house.keeper.getToken(id)).value).toBe(value);
    expect(house.runner.plans.get(id)).toBe(account(house).next_refresh_at);
    await house.planned(id);
    expect(account(house)).toMatchObject({ status: "fresh", generation: 10 });
    expect((await house.keeper.getToken(id)).value).not.toBe(value);
    expect(street.server.reuses).toBe(0);
  });

  test("where a person signed in since, though the gateway was started again before it was asked", async () => {
    const { backup, id, remembered } = await history(street);
    const restored = street.build({ folder: backup });
    street.server.revokeAll();
    await restored.keeper.exchange(street.server.code(), id);
    expect(account(restored).generation).toBe(2);
    restored.close();
    const restarted = street.build({ folder: backup });
    restarted.keeper.checkGenerations(remembered);
    expect(account(restarted)).toMatchObject({ status: "fresh", generation: 3, incident: ONLY_THE_FIRST });
    restarted.keeper.start();
    await restarted.planned(id);
    restarted.close();
    const once = street.build({ folder: backup });
    once.keeper.checkGenerations(remembered);
    expect(account(once)).toMatchObject({ status: "fresh", generation: 4 });
  });

  test("for an account that was removed, added again, and took its old id", async () => {
    const { house, id } = await street.signedIn();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const remembered = told(account(house));
    await house.keeper.removeAccount(id);
    house.keeper.checkGenerations(remembered);
    const added = house.keeper.addAccount(DETAILS);
    house.keeper.checkGenerations(remembered);
    expect(account(house)).toMatchObject({ reason: "never_signed_in", generation: 0 });
    expect(await house.keeper.exchange(street.server.code(), added.id)).toMatchObject({ id, generation: 3 });
    house.keeper.checkGenerations(remembered);
    expect(account(house)).toMatchObject({ status: "fresh", generation: 3 });
  });

  test("for an account that was signed out: it stays signed out, and in again it counts on", async () => {
    const { house, id } = await street.signedIn();
    const remembered = told({ ...account(house), generation: 7 });
    await house.keeper.signOut(id);
    house.keeper.checkGenerations(remembered);
    expect(account(house)).toMatchObject({ status: "sign_in_needed", reason: "signed_out", last_error: null });
    expect(await house.keeper.exchange(street.server.code(), id)).toMatchObject({ status: "fresh", generation: 8 });
    house.keeper.checkGenerations(remembered);
    expect(account(house).status).toBe("fresh");
  });
});

const AT_FIVE = { generation: 5, sign_in_reason: null, last_success_at: 1000 } as const;

test.each([
  ["as much", AT_FIVE, { generation: 5, last_success_at: 2000 }, 5, "no_news"],
  ["less", AT_FIVE, { generation: 4, last_success_at: 2000 }, 5, "no_news"],
  ["more, granted later", AT_FIVE, { generation: 6, last_success_at: 1001 }, 5, "older_copy"],
  ["more, nobody knows since when", AT_FIVE, { generation: 6, last_success_at: null }, 5, "older_copy"],
  ["more, granted before", AT_FIVE, { generation: 6, last_success_at: 999 }, 5, "only_numbers"],
  ["more of the very token", AT_FIVE, { generation: 6, last_success_at: 1000 }, 5, "only_numbers"],
  ["more, and a token came since the start", AT_FIVE, { generation: 6, last_success_at: 2000 }, 4, "only_numbers"],
  [
    "more, and a person is asked already",
    { ...AT_FIVE, sign_in_reason: "grant_dead" },
    { generation: 6, last_success_at: 2000 },
    5,
    "only_numbers",
  ],
  [
    "more than nothing",
    { generation: 0, sign_in_reason: null, last_success_at: null },
    { generation: 1, last_success_at: 2000 },
    0,
    "older_copy",
  ],
] as const)("Home Assistant knows %s", (_, row, said, foundAt, verdict) => {
  expect(judgeBackup(row, said, foundAt)).toBe(verdict);
});
