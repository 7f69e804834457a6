import { describe, expect, it } from "vitest";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse } from "../house.ts";

describe("the poller", () => {
  describe("while the cloud fails", () => {
    it("asks every 25 s at least for a quarter of an hour, jittered, then every 2 min, and never gives up", async () => {
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

    it("shows them just as soon where a new token brought it back", async () => {
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

    it("survives a bug of its own, logs it, and backs off as well", async () => {
      const house = await aLivedInHouse();
      house.keeper.trouble = new TypeError("a fault");
      await house.pass(30_000);
      expect(house.log().at(-1)).toMatchObject({ level: "error", part: "poller" });
      house.keeper.trouble = undefined;
      await house.pass(30_000);
      expect(house.cloud.count("Query")).toBe(2);
      expect(house.picture.gateway.clouds["home"]).toMatchObject({ online: true });
    });

    it("goes on reading states when only device lists fail", async () => {
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

    it("reports the first failure when the cloud has never answered", async () => {
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
});
