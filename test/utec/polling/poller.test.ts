import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const HALF_AN_HOUR = 30 * 60_000;

function discoveryOf(...records: unknown[]): Behaviour {
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

  it("queries every 30 s and discovers every 30 min", async () => {
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

  it("makes up for nothing after a sleep: one discovery and one query, and the next one an interval later", async () => {
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

  it("looks more often for a minute when something has happened to a device", async () => {
    const house = await aLivedInHouse();
    house.poller.soon("front");
    await house.pass(60_000);
    expect(house.cloud.count("Query")).toBe(1 + 12);
    await house.pass(60_000);
    expect(house.cloud.count("Query")).toBe(1 + 12 + 2);
  });

  it("discovers when it is asked to", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Discovery", discoveryOf(...LOCK_RECORDS, { id: "attic", category: "SmartLock" }));
    house.poller.listDevices();
    await house.pass(5000);
    expect(house.device("attic")).toMatchObject({ name: "Lock ttic", kind: "lock" });
  });

  it("never has two queries of an account under way, whoever asks", async () => {
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
    it("does not ask before the keeper has a token, and starts with a discovery when it has", async () => {
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

    it("takes no sign-in trouble for an outage of the cloud", async () => {
      const house = await aLivedInHouse();
      house.keeper.trouble = new Problem("sign_in_needed", "Sign in.");
      await house.pass(120_000);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true, error: null });
    });
  });

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

    it("at once when it is the first that is ever heard of it", async () => {
      const house = await aHouse();
      house.states.set("front", lockStates("Locked", "Offline"));
      house.poller.start();
      house.picture.update({ accounts: [anAccount()] });
      await house.pass(1);
      expect(house.device("front")).toMatchObject({ online: false, lock_state: "locked", confirmed_at: null });
    });

    it("when the cloud says so by an error of the device", async () => {
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

    it("that is missing from three discoveries in a row, and not before", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Discovery", discoveryOf(LOCK_RECORDS[0]));
      await listDevices(house);
      await listDevices(house);
      expect(house.device("garden").name).toBe("Garden door");
      house.cloud.on("Discovery", discoveryOf(...LOCK_RECORDS));
      await listDevices(house);
      house.cloud.on("Discovery", discoveryOf(LOCK_RECORDS[0]));
      await listDevices(house);
      await listDevices(house);
      expect(house.device("garden").name).toBe("Garden door");
      await listDevices(house);
      expect(house.picture.device("garden")).toBeUndefined();
      expect(house.cloud.actions.at(-1)?.deviceIds).toEqual(["front"]);
    });

    it("never because discovery fails or holds no list", async () => {
      const house = await aLivedInHouse();
      for (const behaviour of [{ status: 500, body: "" }, { status: 204, body: "" }, { payload: [] }]) {
        house.cloud.on("Discovery", behaviour);
        for (let time = 0; time < 4; time += 1) await listDevices(house);
      }
      expect(house.picture.devices()).toHaveLength(2);
    });

    it("and takes in an unknown kind without a crash", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Discovery", discoveryOf({ id: "x", category: "SmartToaster", handleType: 9 }, null, {}));
      await listDevices(house);
      expect(house.device("x")).toMatchObject({ kind: "unknown", lock_state: null, handle_type: "9" });
    });
  });

  describe("while the cloud fails", () => {
    it("asks each 25 s at least for a quarter of an hour, jittered, then each 2 min, and never gives up", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { status: 500, body: "" });
      const asked: number[] = [];
      for (let count = 1, second = 0; second < 1500; second += 1) {
        await house.pass(1000);
        if (house.cloud.count("Query") === count) continue;
        count = house.cloud.count("Query");
        asked.push(second + 1);
      }
      // random() is 0.5, so each pause is three quarters of 25 s, and later of 120 s.
      const pauses = asked.slice(1).map((second, index) => second - (asked[index] ?? 0));
      expect(asked[0]).toBe(30);
      expect(pauses.slice(0, 4)).toEqual([19, 19, 19, 18]);
      expect(pauses.slice(-5)).toEqual([90, 90, 90, 90, 90]);
    });

    it("asks again soon after a refresh that succeeded, and after a command that was answered", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { status: 500, body: "" });
      await house.pass(20 * 60_000);
      const tries = (): number => house.cloud.count("Query");
      const quietUntilNext = async (): Promise<void> => {
        const count = tries();
        while (tries() === count) await house.pass(1000);
      };
      await quietUntilNext();
      let count = tries();
      house.picture.update({ accounts: [anAccount({ id: "home", name: "Home", obtained_at: house.clock.now() })] });
      await house.pass(5000);
      expect(tries()).toBe(count + 1);

      await house.pass(20 * 60_000);
      await quietUntilNext();
      count = tries();
      house.cloud.on("Command", { payload: { devices: [{ id: "front", error: { code: "BUSY", message: "Busy." } }] } });
      await house.submit("front", "unlock").catch(() => {});
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true, error: null });
      await house.pass(5000);
      expect(tries()).toBe(count + 1);
    });

    it("shows the states of a house that it has never seen together with its list", async () => {
      const house = await aHouse();
      house.cloud.on("Discovery", { status: 500, body: "" });
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ id: "home", name: "Home" })] });
      await house.pass(150_000);
      house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
      await house.pass(30_000);
      expect(house.device("front")).toMatchObject({ lock_state: "locked", freshness: "fresh" });
    });

    it("shows them as soon also where a new token is what brought it back", async () => {
      const house = await aHouse();
      house.cloud.on("Discovery", { status: 500, body: "" });
      house.poller.start();
      house.picture.update({ accounts: [anAccount({ id: "home", name: "Home" })] });
      await house.pass(20 * 60_000);
      house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
      house.picture.update({ accounts: [anAccount({ id: "home", name: "Home", obtained_at: house.clock.now() })] });
      await house.pass(15_000);
      expect(house.device("front")).toMatchObject({ lock_state: "locked", freshness: "fresh" });
    });

    it("comes back to its interval with the first answer", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { status: 500, body: "" });
      await house.pass(200_000);
      const count = house.cloud.count("Query");
      house.cloud.on("Query", { payload: {} });
      await house.pass(300_000);
      expect(house.cloud.count("Query")).toBeGreaterThanOrEqual(count + 4);
    });

    it("waits as long as it is told to", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { status: 429, body: "", headers: { "retry-after": "200" } });
      await house.pass(229_000);
      expect(house.cloud.count("Query")).toBe(2);
      await house.pass(1000);
      expect(house.cloud.count("Query")).toBe(3);
    });

    it("asks at once again when somebody wants it", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Query", { status: 500, body: "" });
      await house.pass(60_000);
      const count = house.cloud.count("Query");
      house.poller.listDevices();
      await house.pass(1);
      expect(house.cloud.count("Query")).toBe(count + 1);
    });

    it("survives a fault of its own, says so in the log, and backs off as well", async () => {
      const house = await aLivedInHouse();
      house.keeper.trouble = new TypeError("a fault");
      await house.pass(30_000);
      expect(house.log().at(-1)).toMatchObject({ level: "error", part: "poller" });
      house.keeper.trouble = undefined;
      await house.pass(30_000);
      expect(house.cloud.count("Query")).toBe(2);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true });
    });

    it("goes on reading states when only discovery fails", async () => {
      const house = await aLivedInHouse();
      house.cloud.on("Discovery", { status: 500, body: "" });
      house.poller.listDevices();
      await house.pass(300_000);
      expect(house.cloud.count("Query")).toBe(1 + 1 + 9);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true, error: null });
    });

    it("shows and logs an outage once, at the second failure, and its end once", async () => {
      const house = await aLivedInHouse();
      const answered = house.clock.now();
      house.cloud.on("Query", { status: 500, body: '{"message":"Internal server error"}' });
      await house.pass(30_000);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({
        online: true,
        error: null,
        last_success_at: answered,
      });
      await house.pass(300_000);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({
        online: false,
        error: { code: "cloud_error", message: expect.stringContaining("500") },
        last_success_at: answered,
      });
      house.cloud.on("Query", { payload: {} });
      await house.pass(600_000);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true, error: null });
      expect(house.log().filter(({ message }) => message.startsWith("The cloud"))).toMatchObject([
        { level: "warn", message: "The cloud does not answer.", fields: { account: "Home", code: "cloud_error" } },
        { level: "info", message: "The cloud answers again.", fields: { account: "Home" } },
      ]);
    });

    it("says so at the first failure when the cloud has never answered", async () => {
      const house = await aHouse();
      house.cloud.stop();
      house.poller.start();
      house.picture.update({ accounts: [anAccount()] });
      await house.pass(1);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({
        online: false,
        error: { code: "cloud_unreachable" },
        last_success_at: null,
      });
    });
  });

  describe("shows a device that two accounts see once", () => {
    /** Both see the front door, each with custom data of its own. Which cloud fails is for the test to say. */
    async function twoAccounts(): Promise<House & { failing: Set<string> }> {
      const house = await aHouse();
      const failing = new Set<string>();
      house.keeper.getToken = (account: string) =>
        failing.has(account)
          ? Promise.reject(new Problem("cloud_unreachable", "No token now."))
          : Promise.resolve({ value: `token of ${account}`, generation: 1, expires_at: null });
      house.cloud.on("Discovery", ({ token }) => discoveryOf({ ...LOCK_RECORDS[0], customData: { seen: token } }));
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
