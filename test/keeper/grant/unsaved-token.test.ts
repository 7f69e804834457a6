import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { DETAILS, ShiftedClock } from "../house.ts";
import type { House, HouseOptions } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
});

/** Nobody waits for the pauses between two attempts to save. */
class HastyClock extends ShiftedClock {
  override after = (ms: number, callback: () => void): (() => void) => systemClock.after(ms < 1000 ? 0 : ms, callback);
}

function build(options: Partial<HouseOptions> = {}): House {
  return street.build({ clock: new HastyClock(), ...options });
}

function signedIn(): Promise<{ house: House; id: string }> {
  return street.signedIn({ clock: new HastyClock() });
}

/** Where the disk says no from now on: at the journal's answer, or at the commit. */
const FAULTS = {
  "the journal": "UPDATE OF sealed_answer ON attempt",
  "the commit": "INSERT ON token",
} as const;

function fail({ folder }: House, at: keyof typeof FAULTS): void {
  change(folder, `CREATE TRIGGER fault BEFORE ${FAULTS[at]} BEGIN SELECT RAISE(ABORT, 'input/output error'); END`);
}

function mend({ folder }: House): void {
  change(folder, "DROP TRIGGER fault");
}

function change(folder: string, sql: string): void {
  const raw = new SqliteDatabase(join(folder, "gateway.db"));
  raw.exec(sql);
  raw.close();
}

const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;

describe.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
  "an answer that the disk does not take at %s",
  (where) => {
    test("is served, said, and saved by the first flight that can, which calls nobody", async () => {
      const { house, id } = await signedIn();
      fail(house, where);
      await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed", retryable: true });
      const calls = server.calls;
      const held = await house.keeper.getToken(id);
      expect(held).toMatchObject({ generation: 2, value: server.newestRefreshToken?.replace("refresh", "access") });
      expect(house.keeper.accounts()[0]).toMatchObject({
        status: "store_failed",
        last_error: { code: "store_failed" },
      });
      for (let times = 0; times < 3; times++) await house.runner.run(again(id));
      expect((house.runner.plans.get(id) ?? Infinity) - house.clock.now()).toBeLessThan(33_000);
      expect(house.vault.tokens.newest(id)?.generation).toBe(1);

      mend(house);
      expect(await house.runner.run(again(id))).toMatchObject({ outcome: "committed", generation: 2 });
      expect(server.calls).toBe(calls);
      expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
      expect(await house.keeper.getToken(id)).toEqual(held);
      expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2, last_error: null });
      expect(house.lines.join("")).not.toMatch(/(access|refresh)-user-1-\d/);
    });

    test("of a sign-in is served to nobody before it is saved", async () => {
      const house = build();
      const { id } = house.keeper.addAccount(DETAILS);
      fail(house, where);
      await expect(house.keeper.exchange(server.code(), id)).rejects.toMatchObject({ code: "store_failed" });
      await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "store_failed" });
      mend(house);
      await house.runner.run(again(id));
      expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 1, cloud_user: "user-1" });
    });

    test("never comes back after a sign-out", async () => {
      const { house, id } = await signedIn();
      fail(house, where);
      await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
      mend(house);
      await house.keeper.signOut(id);
      await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
      await house.runner.run(again(id));
      expect(house.vault.tokens.newest(id)).toBeNull();
      expect(house.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
    });
  },
);

test("a refusal that the disk does not take is written down when it does, without another call", async () => {
  const { house, id } = await signedIn();
  fail(house, "the journal");
  server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
  await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
  expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
  const calls = server.calls;
  mend(house);
  expect(await house.runner.run(again(id))).toMatchObject({ outcome: "failed" });
  expect(server.calls).toBe(calls);
  expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", last_error: { code: "invalid_grant" } });
});

test("a crash before the journal took the answer loses it: the old refresh token is sent once more, and once only", async () => {
  const { house, id } = await signedIn();
  fail(house, "the journal");
  await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
  mend(house);
  house.close();
  const calls = server.calls;
  const restarted = build({ folder: house.folder });
  await restarted.runner.run(again(id));
  expect(server.calls - calls).toBe(1);
  expect(server.reuses).toBe(1);
});

test("after a crash that left the answer in the journal nobody is given a token before it is committed", async () => {
  let crashing = false;
  const house = build({
    onStep: (step) => {
      if (crashing && step === "answer_journalled") throw new Error("a crash");
    },
  });
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(server.code(), id);
  crashing = true;
  await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "internal" });
  expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
  crashing = false;
  const calls = server.calls;
  await house.runner.run(again(id));
  expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2 });
  expect(server.calls, "the journal has the answer").toBe(calls);
});
