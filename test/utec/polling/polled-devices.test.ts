import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse, listsForHours } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

function listOf(...records: unknown[]): Behaviour {
  return { payload: { devices: records } };
}

describe("the poller", () => {
  describe("keeps the last value", () => {
    const SAID_NOTHING: [string, Behaviour][] = [
      ["a device is missing from the answer", { payload: { devices: [] } }],
      ["the answer is empty", { status: 204, body: "" }],
      ["states are missing", { payload: { devices: [{ id: "front" }] } }],
      ["a state is not understood", { payload: { devices: [{ id: "front", states: lockStates("???", "???") }] } }],
      ["one poll fails", { status: 500, body: "" }],
    ];

    it.each(SAID_NOTHING)("when %s", async (_case, behaviour) => {
      const house = await aLivedInHouse();
      const before = house.device("front");
      house.cloud.on("Query", behaviour);
      await house.pass(30_000);
      expect(house.cloud.count("Query")).toBe(2);
      expect(house.device("front")).toEqual(before);
    });
  });

  describe("calls a device offline", () => {
    it("after two reports in a row, not after one", async () => {
      const house = await aLivedInHouse();
      house.states.set("front", lockStates("Locked", "Offline"));
      await house.pass(30_000);
      expect(house.device("front").online).toBe(true);
      house.states.set("front", lockStates("Locked"));
      await house.pass(30_000);
      house.states.set("front", lockStates("Locked", "Offline"));
      await house.pass(30_000);
      expect(house.device("front").online).toBe(true);
      await house.pass(30_000);
      expect(house.device("front").online).toBe(false);
      house.states.set("front", lockStates("Unlocked"));
      await house.pass(30_000);
      expect(house.device("front")).toMatchObject({ online: true, lock_state: "unlocked" });
    });

    it("at once when it is the first report ever", async () => {
      const house = await aHouse();
      house.states.set("front", lockStates("Locked", "Offline"));
      house.poller.start();
      house.picture.update({ accounts: [anAccount()] });
      await house.pass(1);
      expect(house.device("front")).toMatchObject({ online: false, lock_state: "locked", confirmed_at: null });
    });

    it("when the cloud reports it by an error of the device", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { payload: { devices: [{ id: "front", error: { code: "DEVICE_OFFLINE" } }] } });
      await house.pass(60_000);
      expect(house.device("front")).toMatchObject({ online: false, lock_state: "locked" });
    });
  });

  describe("removes a device", () => {
    const listDevices = async (house: House): Promise<void> => {
      house.poller.listDevices();
      await house.pass(5000);
    };

    it("that device lists have lacked for a day without a break, and not before", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Discovery", listOf(LOCK_RECORDS[0]));
      await listsForHours(house, 23);
      for (let press = 0; press < 9; press += 1) await listDevices(house);
      expect(house.device("garden")).toMatchObject({ name: "Garden door", trouble: "missing" });
      house.cloud.on("Discovery", listOf(...LOCK_RECORDS));
      await listDevices(house);
      house.cloud.on("Discovery", listOf(LOCK_RECORDS[0]));
      await listsForHours(house, 23);
      expect(house.device("garden")).toMatchObject({ name: "Garden door", trouble: "missing" });
      await listsForHours(house, 1);
      expect(house.picture.device("garden")).toBeUndefined();
      expect(house.cloud.actions.at(-1)?.deviceIds).toEqual(["front"]);
    });

    it("that is missing at once when a person says so, and not while the cloud lists it", async () => {
      const house = await aLivedInHouse();
      expect(() => house.poller.remove("garden")).toThrow(/still lists Garden door/);
      expect(() => house.poller.remove("attic")).toThrow(/no device attic/);
      house.cloud.on("Discovery", listOf(LOCK_RECORDS[0]));
      await listDevices(house);
      house.poller.remove("garden");
      expect(house.changes.flatMap(({ removed }) => removed.devices ?? [])).toEqual(["garden"]);
      await listDevices(house);
      expect(house.picture.devices().map(({ id }) => id)).toEqual(["front"]);
      house.cloud.on("Discovery", listOf(...LOCK_RECORDS));
      await listDevices(house);
      expect(house.device("garden")).toMatchObject({ trouble: null, lock_state: "unlocked" });
    });

    it("that another account still lists stays, whoever asks", async () => {
      const house = await aHouse();
      house.cloud.on("Discovery", listOf(LOCK_RECORDS[0]));
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ id: "a" }), anAccount({ id: "b" })] });
      await house.pass(1);
      house.cloud.on("Discovery", ({ token }) => listOf(...(token.endsWith(" a") ? [] : [LOCK_RECORDS[0]])));
      house.keeper.getToken = (account: string) =>
        Promise.resolve({ value: `token of ${account}`, generation: 1, expires_at: null });
      await listDevices(house);
      expect(() => house.poller.remove("front")).toThrow(/still lists/);
    });

    it("never because listing fails or returns no list", async () => {
      const house = await aLivedInHouse();
      for (const behaviour of [{ status: 500, body: "" }, { status: 204, body: "" }, { payload: [] }]) {
        house.cloud.on("Discovery", behaviour);
        for (let time = 0; time < 4; time += 1) await listDevices(house);
      }
      expect(house.picture.devices()).toHaveLength(2);
    });

    it("and takes in an unknown kind without a crash", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Discovery", listOf({ id: "x", category: "SmartToaster", handleType: 9 }, null, {}));
      await listDevices(house);
      expect(house.device("x")).toMatchObject({ kind: "unknown", lock_state: null, handle_type: "9" });
    });
  });

  describe("shows a device that two accounts list once", () => {
    /** Both see the front door, each with custom data of its own. Which cloud fails is for the test to say. */
    async function twoAccounts(): Promise<House & { failing: Set<string> }> {
      const house = await aHouse();
      const failing = new Set<string>();
      house.keeper.getToken = (account: string) =>
        failing.has(account)
          ? Promise.reject(new Problem("cloud_unreachable", "No token now."))
          : Promise.resolve({ value: `token of ${account}`, generation: 1, expires_at: null });
      house.cloud.on("Discovery", ({ token }) => listOf({ ...LOCK_RECORDS[0], customData: { seen: token } }));
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ id: "a", name: "A" }), anAccount({ id: "b", name: "B" })] });
      await house.pass(1);
      return { ...house, failing };
    }

    const lastQuery = (house: House): unknown => house.cloud.actions.findLast(({ name }) => name === "Query");

    it("and asks for it through the first", async () => {
      const house = await twoAccounts();
      house.cloud.actions.length = 0;
      await house.pass(30_000);
      expect(house.picture.devices()).toMatchObject([{ id: "front", account_id: "a" }]);
      expect(house.cloud.actions).toMatchObject([
        {
          name: "Query",
          token: "token of a",
          payload: { devices: [{ id: "front", customData: { seen: "token of a" } }] },
        },
      ]);
    });

    it("through the other while the first one's cloud does not answer, and then through the first again", async () => {
      const house = await twoAccounts();
      house.failing.add("a");
      await house.pass(120_000);
      expect(house.device("front").account_id).toBe("b");
      expect(lastQuery(house)).toMatchObject({ token: "token of b" });
      house.failing.clear();
      await house.pass(300_000);
      expect(house.device("front").account_id).toBe("a");
      expect(lastQuery(house)).toMatchObject({ token: "token of a" });
    });

    it("through the other when the first must sign in again, and when it is removed", async () => {
      const house = await twoAccounts();
      house.picture.update({ accounts: [anAccount({ id: "a", name: "A", status: "sign_in_needed" })] });
      expect(house.device("front").account_id).toBe("b");
      house.picture.update({ removed_accounts: ["a"] });
      expect(house.device("front")).toMatchObject({ account_id: "b", lock_state: "locked" });
      await house.pass(30_000);
      expect(lastQuery(house)).toMatchObject({ token: "token of b" });
    });
  });
});
