import { describe, expect, it } from "vitest";
import { anAccount } from "../../state/models.ts";
import { LOCK_RECORDS, aHouse, aLivedInHouse, listsForHours } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

const MINUTE = 60_000;
const ERROR = { status: 500, body: "" };

describe("the freshness of a lock in the picture", () => {
  it("is fresh with each poll, and has no trouble", async () => {
    const house = await aLivedInHouse();
    await house.pass(10 * MINUTE);
    expect(house.device("front")).toMatchObject({ freshness: "fresh", available: true, trouble: null });
  });

  it("becomes stale after 3 intervals and unavailable after 15 min without an answer, by itself, with the reason", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Query", ERROR).on("Discovery", ERROR);
    await house.pass(89_999);
    expect(house.device("front")).toMatchObject({ freshness: "fresh", trouble: "cloud_unreachable" });
    await house.pass(1);
    expect(house.device("front")).toMatchObject({ freshness: "stale", available: true });
    await house.pass(15 * MINUTE - 90_000);
    expect(house.device("front")).toMatchObject({
      freshness: "expired",
      available: false,
      trouble: "cloud_unreachable",
      lock_state: "locked",
    });
  });

  it("is fresh again with the first answer", async () => {
    const house = await aLivedInHouse();
    const { said_at } = house.device("front");
    house.cloud.on("Query", ERROR);
    await house.pass(20 * MINUTE);
    expect(house.device("front")).toMatchObject({ available: false, said_at });
    house.cloud.on("Query", ({ deviceIds }) => ({
      payload: { devices: deviceIds.map((id) => ({ id, states: lockStates("Unlocked") })) },
    }));
    await house.pass(5 * MINUTE);
    expect(house.device("front")).toMatchObject({
      freshness: "fresh",
      available: true,
      trouble: null,
      lock_state: "unlocked",
    });
  });

  it("follows the settings", async () => {
    const house = await aLivedInHouse({ freshness: { staleAfterPolls: 1, unavailableAfterMs: MINUTE } });
    house.cloud.on("Query", "never");
    await house.pass(30_000);
    expect(house.device("front").freshness).toBe("stale");
    await house.pass(30_000);
    expect(house.device("front").freshness).toBe("expired");
    house.poller.stop();
  });

  it("is shown with its true age when the machine has slept, before the cloud is asked", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Query", "never").on("Discovery", "never");
    house.clock.sleep(8 * 60 * MINUTE);
    await house.pass(5000);
    expect(house.device("front")).toMatchObject({ freshness: "expired", available: false });
    house.poller.stop();
  });

  it.each([48, -48])("neither ages nor is renewed when the clock is set by %i h", async (hours) => {
    const house = await aLivedInHouse();
    house.cloud.on("Query", ERROR);
    house.clock.jump(hours * 60 * MINUTE);
    await house.pass(60_000);
    expect(house.device("front").freshness).toBe("fresh");
    await house.pass(30_000);
    expect(house.device("front").freshness).toBe("stale");
  });

  it("is not renewed by what else the cloud reports of the lock: its main state has to be among it", async () => {
    const house = await aLivedInHouse();
    const { confirmed_at } = house.device("front");
    const [online] = lockStates("Locked");
    house.states.set("front", [online, { capability: "st.batteryLevel", name: "level", value: 3 }]);
    await house.pass(90_000);
    expect(house.device("front")).toMatchObject({
      freshness: "stale",
      trouble: "not_reported",
      battery_level: 3,
      lock_state: "locked",
      confirmed_at,
    });
    await house.pass(15 * MINUTE);
    expect(house.device("front")).toMatchObject({ freshness: "expired", available: false });
  });

  it("is not renewed by what the cloud remembers of a lock that is offline", async () => {
    const house = await aLivedInHouse();
    house.states.set("front", lockStates("Unlocked", "Offline"));
    await house.pass(15 * MINUTE);
    expect(house.device("front")).toMatchObject({ freshness: "expired", lock_state: "locked", trouble: "offline" });
  });

  it("is unknown after a start: a state that was never reported is neither fresh nor old", async () => {
    const house = await aHouse();
    house.states.clear();
    house.poller.start();
    house.picture.update({ accounts: [anAccount()] });
    await house.pass(60 * MINUTE);
    expect(house.device("front")).toMatchObject({
      lock_state: "unknown",
      freshness: "unknown",
      available: true,
      trouble: "not_reported",
    });
  });
});

describe("the trouble of a lock", () => {
  it("is offline after two reports in a row, and it is unavailable then", async () => {
    const house = await aLivedInHouse();
    house.states.set("front", lockStates("Locked", "Offline"));
    await house.pass(30_000);
    expect(house.device("front")).toMatchObject({ trouble: null, available: true });
    await house.pass(30_000);
    expect(house.device("front")).toMatchObject({ trouble: "offline", available: false });
    expect(house.device("garden")).toMatchObject({ trouble: null, available: true });
    house.states.set("front", lockStates("Locked"));
    await house.pass(30_000);
    expect(house.device("front")).toMatchObject({ trouble: null, available: true, freshness: "fresh" });
  });

  it("is not_reported after two polls in a row without it, while the others go on", async () => {
    const house = await aLivedInHouse();
    house.states.delete("front");
    await house.pass(30_000);
    expect(house.device("front").trouble).toBeNull();
    await house.pass(30_000);
    expect(house.device("front")).toMatchObject({ trouble: "not_reported", lock_state: "locked" });
    expect(house.device("garden").trouble).toBeNull();
    house.states.set("front", lockStates("Locked"));
    await house.pass(30_000);
    expect(house.device("front").trouble).toBeNull();
  });

  it("is missing while device lists lack it, with the moment of the first", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Discovery", { payload: { devices: [LOCK_RECORDS[1]] } });
    await listDevices(house);
    const missing_since_at = house.clock.now();
    expect(house.device("front")).toMatchObject({ trouble: "missing", missing_since_at, available: true });
    await listDevices(house);
    expect(house.device("front")).toMatchObject({ trouble: "missing", missing_since_at });
    house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
    await listDevices(house);
    expect(house.device("front")).toMatchObject({ trouble: null, missing_since_at: null });
  });

  it("ends with the lock after a day of device lists without it, for everybody", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Discovery", { payload: { devices: [LOCK_RECORDS[1]] } });
    await listsForHours(house, 24);
    expect(house.changes.flatMap(({ removed }) => removed.devices ?? [])).toEqual(["front"]);
    expect(house.picture.device("front")).toBeUndefined();
  });

  it("is sign_in_needed as soon as the account needs attention, and the state ages all the same", async () => {
    const house = await aLivedInHouse();
    house.picture.update({ accounts: [anAccount({ id: "home", name: "Home", status: "sign_in_needed" })] });
    expect(house.device("front")).toMatchObject({ trouble: "sign_in_needed", freshness: "fresh", available: true });
    await house.pass(15 * MINUTE);
    expect(house.device("front")).toMatchObject({
      trouble: "sign_in_needed",
      freshness: "expired",
      available: false,
      lock_state: "locked",
    });
  });

  async function listDevices(house: House): Promise<void> {
    await house.pass(10_000);
    house.poller.listDevices();
    await house.pass(0);
  }
});
