import SqliteDatabase from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { anAccount } from "../../state/models.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import { HALF_AN_HOUR, MINUTE, Machine, away, lists } from "./machine.ts";

describe("after a restart", () => {
  it("the picture is there before the cloud has been asked, as what it is: old, and once confirmed fresh", async () => {
    const machine = new Machine();
    const before = await machine.starts();
    await before.pass(MINUTE);
    const known = before.device("garden");
    before.poller.stop();
    machine.clock.advance(20_000);

    const house = await machine.begins();
    expect(house.picture.devices().map(({ id }) => id)).toEqual(["front", "garden"]);
    expect(house.device("garden")).toEqual({ ...known, freshness: "stale" });
    expect(house.cloud.actions).toEqual([]);
    await house.pass(0);
    expect(house.device("garden")).toMatchObject({ lock_state: "unlocked", freshness: "fresh", available: true });
    expect(house.log().filter(({ message }) => message.startsWith("A device"))).toEqual([]);
  });

  it("a command needs no device list: the devices and the data that the cloud wants back are known", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    const house = await machine.begins((it) => it.cloud.on("Discovery", "never"));
    await house.submit("garden", "lock");
    expect(house.cloud.actions.find(({ name }) => name === "Command")?.payload).toMatchObject({
      devices: [{ id: "garden", customData: { k: 1 } }],
    });
  });

  it("with the cloud down a lock ages as if nothing had stopped, with the reason", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.clock.advance(5 * MINUTE);
    const house = await machine.starts(away);
    expect(house.device("front")).toMatchObject({ freshness: "stale", available: true, trouble: "cloud_unreachable" });
    await house.pass(10 * MINUTE);
    expect(house.device("front")).toMatchObject({ freshness: "expired", available: false, lock_state: "locked" });
  });

  it("an account that is not signed in keeps its locks, with the reason why they are old", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.accounts = [anAccount({ id: "home", status: "sign_in_needed", reason: "grant_dead" })];
    const house = await machine.starts();
    expect(house.device("front")).toMatchObject({ lock_state: "locked", trouble: "sign_in_needed" });
    expect(house.cloud.actions).toEqual([]);
  });

  it("the locks of an account that was removed meanwhile are gone, from the disk too", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    machine.accounts = [anAccount({ id: "cabin" })];
    const house = await machine.starts(lists());
    expect(house.picture.devices()).toEqual([]);
    await house.pass(MINUTE);
    house.poller.stop();
    machine.accounts = [anAccount({ id: "home" })];
    expect((await machine.begins()).picture.devices()).toEqual([]);
  });

  it("an offline lock is still offline, with what it was before", async () => {
    const machine = new Machine();
    await machine.livesOnce((house) => {
      house.states.set("front", lockStates("Locked", "Offline"));
    });
    const house = await machine.begins();
    expect(house.device("front")).toMatchObject({ online: false, available: false, trouble: "offline" });
  });

  it("a stop during a command leaves no transition", async () => {
    const machine = new Machine();
    const before = await machine.starts();
    before.picture.update({ devices: [{ ...before.device("front"), transition: "unlocking" }] });
    before.poller.stop();
    expect((await machine.begins()).device("front").transition).toBeNull();
  });
});

describe("the first poll", () => {
  it("is over when every account that can be polled has been, with whatever result", async () => {
    const machine = new Machine();
    machine.accounts = [anAccount({ id: "home" }), anAccount({ id: "cabin", status: "sign_in_needed" })];
    const house = await machine.begins((it) => it.cloud.on("Query", { status: 500 }));
    let isOver = false;
    void house.poller.looked(3000).then(() => (isOver = true));
    await house.quiet();
    expect(isOver).toBe(false);
    await house.pass(0);
    expect(isOver).toBe(true);
    expect(house.cloud.actions.map(({ name }) => name)).toEqual(["Discovery", "Query"]);
  });

  it("takes no longer than its limit, and leaves no timer", async () => {
    const machine = new Machine();
    const house = await machine.begins((it) => it.cloud.on("Discovery", "never"));
    let isOver = false;
    void house.poller.looked(3000).then(() => (isOver = true));
    await house.pass(2999);
    expect(isOver).toBe(false);
    await house.pass(1);
    expect(isOver).toBe(true);
    const other = house.poller.looked(3000);
    house.poller.stop();
    await other;
    expect(house.clock.armed).toBe(0);
  });
});

describe("a device's list is known", () => {
  const known = (house: House): boolean | undefined => house.picture.gateway.clouds["home"]?.devices_known;

  it("after the first list of a run that started with what the last one knew", async () => {
    const machine = new Machine();
    const first = await machine.starts();
    expect(known(first), "a single list may lack a device").toBe(false);
    await first.pass(2 * HALF_AN_HOUR);
    expect(known(first)).toBe(true);
    first.poller.stop();

    const house = await machine.begins();
    expect(known(house)).toBeUndefined();
    await house.pass(0);
    expect(known(house)).toBe(true);
  });

  it("not while the cloud is away", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    expect(known(await machine.starts(away))).toBe(false);
  });

  it("not by restarts: three lists of a few minutes are as one", async () => {
    const machine = new Machine();
    for (let run = 0; run < 5; run += 1) await machine.livesOnce(lists("front"));
    const house = await machine.starts(lists("front"));
    for (let press = 0; press < 5; press += 1) {
      house.poller.listDevices();
      await house.pass(MINUTE);
    }
    expect(known(house)).toBe(false);
    await house.pass(2 * HALF_AN_HOUR);
    expect(known(house)).toBe(true);
  });

  it("and a lock stays however often the gateway is restarted while lists lack it", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    for (let run = 0; run < 9; run += 1) await machine.livesOnce(lists("front"));
    expect((await machine.begins()).device("garden")).toMatchObject({ trouble: "missing" });
  });

  it("and a lock goes once lists have lacked it for a day, over restarts too", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    for (let hour = 0; hour < 24; hour += 1) {
      await machine.livesOnce(lists("front"));
      machine.clock.advance(2 * HALF_AN_HOUR);
    }
    const house = await machine.begins(lists("front"));
    expect(house.device("garden").trouble).toBe("missing");
    await house.pass(MINUTE);
    expect(house.picture.devices().map(({ id }) => id)).toEqual(["front"]);
    house.poller.stop();
    expect((await machine.begins()).picture.devices().map(({ id }) => id)).toEqual(["front"]);
  });

  it("and a lock that somebody has removed does not come back with the next run", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    const house = await machine.starts(lists("front"));
    house.poller.remove("garden");
    house.poller.stop();
    expect((await machine.begins()).picture.devices().map(({ id }) => id)).toEqual(["front"]);
  });

  it("and a lock that an earlier version knew to be missing has a day from now", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    await machine.livesOnce(lists("front"));
    const other = new SqliteDatabase(machine.file);
    other.exec(
      "UPDATE sighting SET content = json_remove(json_set(content, '$.missed', 2), '$.missedAt', '$.missingForMs')",
    );
    other.close();
    const house = await machine.starts(lists("front"));
    expect(house.device("garden")).toMatchObject({ trouble: "missing", missing_since_at: expect.any(Number) });
  });

  it("and a restart with a list that has it starts the count again", async () => {
    const machine = new Machine();
    await machine.livesOnce();
    for (let run = 0; run < 4; run += 1) {
      await machine.livesOnce(lists("front"));
      await machine.livesOnce();
    }
    expect((await machine.begins()).device("garden").missing_since_at).toBeNull();
  });
});
