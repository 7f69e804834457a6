import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const HALF_AN_HOUR = 30 * 60_000;

function listOf(...records: unknown[]): Behaviour {
  return { payload: { devices: records } };
}

describe("the poller", () => {
  it("looks for devices at once, then asks for all their states in one query, with their custom data", async () => {
    const house = await aLivedInHouse();
    expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query"]);
    expect(house.cloud.actions[1]?.payload).toEqual({
      devices: [{ id: "front" }, { id: "garden", customData: { k: 1 } }],
    });
    expect(house.device("front")).toMatchObject({ name: "Front door", online: true, lock_state: "locked" });
    expect(house.device("front").confirmed_at).toBe(house.clock.now());
    expect(house.device("garden")).toMatchObject({ lock_state: "unlocked", door_state: "unknown" });
  });

  it("queries every 30 s and lists devices every 30 min", async () => {
    const house = await aLivedInHouse();
    await house.pass(29_000);
    expect(house.cloud.count("Query")).toBe(1);
    await house.pass(1000);
    expect(house.cloud.count("Query")).toBe(2);
    await house.pass(HALF_AN_HOUR - 30_001);
    expect(house.cloud.count("Discovery")).toBe(1);
    await house.pass(1);
    expect(house.cloud.count("Discovery")).toBe(2);
  });

  it("makes up for nothing after a sleep: one device list and one query, and the next one an interval later", async () => {
    const house = await aLivedInHouse();
    house.clock.sleep(8 * 60 * 60_000);
    await house.pass(5000);
    expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query", "Discovery", "Query"]);
    await house.pass(29_999);
    expect(house.cloud.count("Query")).toBe(2);
    await house.pass(1);
    expect(house.cloud.count("Query")).toBe(3);
  });

  it("makes up for nothing when the process stood still", async () => {
    const house = await aLivedInHouse();
    house.clock.advance(10 * 60_000);
    await house.quiet();
    await house.pass(29_999);
    expect(house.cloud.count("Query")).toBe(2);
  });

  it("polls more often for a minute when something has happened to a device", async () => {
    const house = await aLivedInHouse();
    house.poller.soon("front");
    await house.pass(60_000);
    expect(house.cloud.count("Query")).toBe(1 + 12);
    await house.pass(60_000);
    expect(house.cloud.count("Query")).toBe(1 + 12 + 2);
  });

  it("lists devices when it is asked to", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Discovery", listOf(...LOCK_RECORDS, { id: "attic", category: "SmartLock" }));
    house.poller.listDevices();
    await house.pass(5000);
    expect(house.device("attic")).toMatchObject({ name: "Lock ttic", kind: "lock" });
  });

  it("never has two queries of an account in progress, whoever asks", async () => {
    const house = await aLivedInHouse();
    let answer = (): void => {};
    house.cloud.on("Query", async ({ deviceIds }) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { payload: { devices: deviceIds.map((id) => ({ id, states: lockStates("Jammed") })) } };
    });
    house.clock.advance(30_000);
    await expect.poll(() => house.cloud.count("Query"), { interval: 1, timeout: 5000 }).toBe(2);
    const reads = [house.poller.read("front"), house.poller.read("garden"), house.poller.read("front")];
    house.poller.listDevices();
    house.clock.advance(5000);
    answer();
    await expect.poll(() => house.cloud.count("Query"), { interval: 1, timeout: 5000 }).toBe(3);
    answer();
    expect((await Promise.all(reads)).map((report) => report?.lock_state)).toEqual(["jammed", "jammed", "jammed"]);
    expect(house.cloud.mostQueries).toBe(1);
    expect(house.cloud.actions.at(-1)?.deviceIds).toEqual(["front", "garden"]);
    house.cloud.on("Query", { payload: {} });
    await house.quiet();
  });

  it("stops for good: nothing is asked any more and no timer is left", async () => {
    const house = await aLivedInHouse();
    house.poller.stop();
    expect(house.clock.armed).toBe(0);
    house.picture.update({ accounts: [anAccount({ id: "late" })] });
    await house.pass(60_000);
    expect(house.cloud.actions).toHaveLength(2);
  });

  describe("follows the accounts", () => {
    it("does not ask before the keeper has a token, and starts with a device list when it has", async () => {
      const house = await aHouse();
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ status: "sign_in_needed", reason: "never_signed_in" })] });
      await house.pass(60_000);
      expect(house.cloud.actions).toHaveLength(0);
      house.picture.update({ accounts: [anAccount({ status: "fresh" })] });
      await house.pass(1);
      expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query"]);
    });

    it("asks the U-tec cloud nothing with the token of another cloud", async () => {
      const house = await aHouse();
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ id: "power", provider: "watttime", status: "fresh" })] });
      house.poller.listDevices();
      await house.pass(60_000);
      expect(house.cloud.actions).toHaveLength(0);
      expect(house.picture.gateway.clouds).toEqual({});
    });

    it("waits for the token during the first sign-in, and asks with it at once", async () => {
      const house = await aHouse();
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ status: "refreshing", generation: 0, obtained_at: null })] });
      await house.pass(60_000);
      expect(house.cloud.actions).toHaveLength(0);
      house.picture.update({ accounts: [anAccount({ status: "fresh" })] });
      await house.pass(1);
      expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query"]);
    });

    it.each(["sign_in_needed", "misconfigured"] as const)(
      "pauses while an account is %s and keeps what it knows",
      async (status) => {
        const house = await aLivedInHouse();
        house.picture.update({ accounts: [anAccount({ status })] });
        await house.pass(120_000);
        expect(house.cloud.actions).toHaveLength(2);
        expect(house.device("front")).toMatchObject({ lock_state: "locked", online: true });
        house.picture.update({ accounts: [anAccount({ status: "fresh" })] });
        await house.pass(1);
        expect(house.cloud.count("Discovery")).toBe(2);
      },
    );

    it.each(["due", "refreshing", "retrying", "store_failed", "clock_suspect", "paused", "static"] as const)(
      "goes on while an account is %s, for its token may be good",
      async (status) => {
        const house = await aLivedInHouse();
        house.picture.update({ accounts: [anAccount({ status })] });
        await house.pass(30_000);
        expect(house.cloud.count("Query")).toBe(2);
      },
    );

    it("forgets an account that is removed, with its devices and its cloud", async () => {
      const house = await aLivedInHouse();
      house.picture.update({ removed_accounts: ["home"] });
      expect(house.picture.devices()).toEqual([]);
      expect(house.picture.gateway.clouds).toEqual({});
      await house.pass(60_000);
      expect(house.cloud.actions).toHaveLength(2);
    });

    it("does not mistake a sign-in problem for an outage of the cloud", async () => {
      const house = await aLivedInHouse();
      house.keeper.trouble = new Problem("sign_in_needed", "Sign in.");
      await house.pass(120_000);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true, error: null });
    });
  });
});
