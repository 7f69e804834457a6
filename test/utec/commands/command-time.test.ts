import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/problem.ts";
import type { CommandName } from "../../../src/state/picture.ts";
import { aLivedInHouse, aPatientHouse, endOf, LOCK_RECORDS } from "../house.ts";
import type { House } from "../house.ts";
import { INVALID_TOKEN, lockStates } from "../tiny-cloud.ts";

/** The cloud accepts everything and announces so many seconds. */
async function aHouseThatAnnounces(seconds: unknown): Promise<House> {
  const house = await aLivedInHouse();
  const value = [{ capability: "st.deferredResponse", name: "seconds", value: seconds }];
  house.cloud.on("Command", ({ deviceIds }) => ({
    payload: { devices: deviceIds.map((id) => ({ id, states: value })) },
  }));
  return house;
}

describe("the time of a command", () => {
  it.each([
    [20, 45],
    [5, 30],
    ["10", 35],
    [0, 26],
    [600, 45],
    ["soon", 45],
  ])("where the cloud announces %j s, the gateway waits %i s for its confirmation", async (announced, seconds) => {
    const house = await aHouseThatAnnounces(announced);
    const { id } = await house.submit("front", "unlock");
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds });
  });

  it.each([
    ["unlock", 20, [0.3, 0.6, 1, 2, 4, 9, 20, 30, 35, 40]],
    ["unlock", 1, [0.3, 0.6, 1, 2, 4, 9, 20]],
    ["set_mode", 5, [0.3, 0.6, 1, 2, 4, 9, 20]],
    ["set_mode", 6, [1, 2, 4, 7, 12, 20, 25, 30]],
    ["set_mode", 20, [1, 2, 4, 7, 12, 20, 25, 30, 35, 40]],
  ] satisfies [CommandName, number, number[]][])(
    "of %s, where the cloud announces %i s, has its reads at once unless that is more than usual, and never more of them",
    async (name, announced, seconds) => {
      const house = await aHouseThatAnnounces(announced);
      const args = name === "set_mode" ? { mode: "passage" } : {};
      const { id } = await house.submit("front", name, { args });
      const from = house.clock.monotonic();
      const reads: number[] = [];
      house.cloud.on("Query", ({ deviceIds }) => {
        if (deviceIds.length === 1) reads.push((house.clock.monotonic() - from) / 1000);
        return { payload: { devices: [{ id: "front", states: house.states.get("front") }] } };
      });
      await endOf(house, id);
      expect(reads).toEqual(seconds);
    },
  );

  it("is 30 s for what is known to be quicker than a bolt, where the cloud announces nothing", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", { payload: { devices: [] } });
    const { id, requested_at, deadline_at } = await house.submit("front", "set_mode", { args: { mode: "passage" } });
    expect(deadline_at - requested_at).toBe(60_000);
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds: 30 });
  });

  it("is what people set: the margin, and the pause between late reads", async () => {
    const house = await aLivedInHouse({ confirmation: { marginMs: 60_000, intervalMs: 20_000 } });
    house.cloud.on("Command", { payload: { devices: [] } });
    const { id } = await house.submit("front", "unlock");
    const before = house.cloud.count("Query");
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds: 80 });
    // 0.3, 0.6, 1, 2, 4, 9, 20 and 30 s, then 50 and 70 s; besides, the account is polled every 30 s.
    expect(house.cloud.count("Query") - before).toBe(10 + 2);
  });

  it("is shortened to what the caller will wait for, and never made longer", async () => {
    const house = await aPatientHouse();
    const now = house.clock.now();
    const { id, deadline_at } = await house.submit("front", "unlock", { deadline_at: now + 10_000 });
    expect(deadline_at).toBe(now + 10_000);
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds: 10, took_ms: 10_000, deadline_at });
    const later = await house.submit("garden", "unlock", { deadline_at: now + 86_400_000 });
    expect(later.deadline_at - later.requested_at).toBe(90_000);
  });

  it("may be over before it starts: nothing is sent, and there is no record", async () => {
    const house = await aPatientHouse();
    for (const deadline_at of [house.clock.now(), house.clock.now() - 1, 0]) {
      await expect(house.submit("front", "unlock", { deadline_at })).rejects.toMatchObject({
        code: "command_expired",
        field: "deadline_at",
      });
    }
    expect(house.cloud.count("Command")).toBe(0);
    expect(house.picture.commands()).toEqual([]);
  });

  it("ends while it waits for its turn, at the caller's own deadline", async () => {
    const house = await aPatientHouse();
    await house.submit("front", "unlock");
    const waiting = house.submit("front", "lock", { deadline_at: house.clock.now() + 5000 });
    const why = expect.stringContaining(": the command before it took too long. Try again.");
    const refused = expect(waiting).rejects.toMatchObject({ code: "command_expired", message: why });
    await house.pass(5000);
    await refused;
    expect(house.picture.commands()[1]).toMatchObject({ outcome: "refused", took_ms: 5000, sent_at: null });
    expect(house.device("front").transition).toBe("unlocking");
  });

  it("ends while there is no token: nothing was sent, and a token that comes later sends nothing", async () => {
    const house = await aPatientHouse();
    const token = Promise.withResolvers<Awaited<ReturnType<typeof house.keeper.getToken>>>();
    house.keeper.getToken = () => token.promise;
    const refused = expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "command_expired" });
    await house.pass(45_000);
    await refused;
    token.resolve({ value: "access-token-1", generation: 1, expires_at: null });
    await house.quiet();
    expect(house.cloud.count("Command")).toBe(0);
    expect(house.picture.commands()).toMatchObject([{ outcome: "refused", sent_at: null }]);
  });

  it("does not go on while the machine sleeps: what was not sent before is not sent hours later", async () => {
    const house = await aPatientHouse();
    const token = Promise.withResolvers<Awaited<ReturnType<typeof house.keeper.getToken>>>();
    house.keeper.getToken = () => token.promise;
    const why = expect.stringContaining(": its time has passed. Try again.");
    const refused = expect(house.submit("front", "unlock")).rejects.toMatchObject({ message: why });
    house.clock.jump(8 * 3_600_000);
    token.resolve({ value: "access-token-1", generation: 1, expires_at: null });
    await house.quiet();
    await refused;
    expect(house.cloud.count("Command")).toBe(0);
  });

  it.each([
    ["its window", undefined, 44_999, true],
    ["its window", undefined, 45_000, false],
    ["the asker's deadline", 10_000, 9999, true],
    ["the asker's deadline", 10_000, 10_000, false],
  ] as const)(
    "ends by %s also by the wall clock: asked %j ms ahead, with a token after %i ms of sleep, sent: %j",
    async (_end, aheadMs, sleptMs, isSent) => {
      const house = await aPatientHouse();
      const token = Promise.withResolvers<Awaited<ReturnType<typeof house.keeper.getToken>>>();
      house.keeper.getToken = () => token.promise;
      const part = aheadMs === undefined ? {} : { deadline_at: house.clock.now() + aheadMs };
      const outcome = house.submit("front", "unlock", part).then(
        () => true,
        ({ code }: Problem) => code,
      );
      house.clock.jump(sleptMs);
      token.resolve({ value: "access-token-1", generation: 1, expires_at: null });
      await house.quiet();
      expect(house.cloud.count("Command")).toBe(isSent ? 1 : 0);
      expect(await outcome).toBe(isSent || "command_expired");
    },
  );

  it("is measured in elapsed time, whoever sets the clock meanwhile", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.clock.jump(3_600_000);
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed", took_ms: 300 });
  });

  it("lets a newer command replace one that waits for a token", async () => {
    const house = await aPatientHouse();
    house.keeper.slow = true;
    const unlock = expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "command_superseded" });
    await house.quiet();
    house.keeper.slow = false;
    expect(await house.submit("front", "lock")).toMatchObject({ name: "lock", outcome: null });
    await unlock;
    expect(house.cloud.count("Command")).toBe(1);
  });

  it("ends even if the cloud never answers the command: unconfirmed, because it may have been done", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", "never");
    const refused = expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "command_unconfirmed" });
    await house.quiet();
    await house.pass(45_000);
    await refused;
    expect(house.picture.commands()).toMatchObject([{ outcome: "unconfirmed", accepted_at: null, took_ms: 45_000 }]);
    expect(house.picture.commands()[0]?.sent_at).not.toBeNull();
  });

  it("survives 35 s of an old state without flapping: in progress, then done", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    await house.pass(35_000);
    expect(house.device("front")).toMatchObject({ lock_state: "locked", transition: "unlocking" });
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed", took_ms: 40_000 });
    const shown = house.changes.flatMap(({ set }) => set.devices ?? []).filter((device) => device.id === "front");
    const faces = shown.map((device) => device.transition ?? device.lock_state);
    expect(faces.filter((face, index) => face !== faces[index - 1])).toEqual([
      "unknown",
      "locked",
      "unlocking",
      "unlocked",
    ]);
  });
});

describe("a command without a sign-in", () => {
  it.each(["sign_in_needed", "misconfigured", "refresh_paused", "store_failed"] as const)(
    "is refused at once with %s, also when the cloud finds the token dead in the middle",
    async (code) => {
      const house = await aLivedInHouse();
      house.cloud.on("Command", INVALID_TOKEN);
      house.keeper.invalidate = () => Promise.reject(new Problem(code, "Do something."));
      await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code });
      expect(house.picture.commands()).toMatchObject([{ outcome: "refused", error: { code } }]);
      expect(house.cloud.count("Command")).toBe(1);
    },
  );

  it("is not sent when its account is gone, and the device with it", async () => {
    const house = await aPatientHouse();
    house.picture.update({ removed_accounts: ["home"] });
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({ code: "device_not_found" });
  });

  it("ends when its account is removed while it is in progress: nothing more can be learnt", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.picture.update({ removed_accounts: ["home"] });
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", took_ms: 300 });
  });
});

describe("a command to a device of which nothing new is known", () => {
  it("is sent all the same: what device lists leave out may exist, and the cloud decides", async () => {
    const house = await aPatientHouse();
    house.cloud.on("Discovery", { payload: { devices: LOCK_RECORDS.slice(1) } });
    house.poller.listDevices();
    await house.pass(10_000);
    expect(house.device("front").trouble).toBe("missing");
    house.states.set("front", lockStates("Unlocked"));
    const { id } = await house.submit("front", "unlock");
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
  });

  it("reports the cloud's answer where the cloud no longer has the device", async () => {
    const house = await aLivedInHouse();
    house.states.delete("front");
    await house.pass(16 * 60_000);
    expect(house.device("front")).toMatchObject({ freshness: "expired", available: false });
    const error = { code: "DEVICE_NOT_FOUND", message: "There is no such device." };
    house.cloud.on("Command", { payload: { devices: [{ id: "front", error }] } });
    await expect(house.submit("front", "unlock")).rejects.toMatchObject({
      code: "command_refused",
      message: expect.stringContaining("There is no such device. (DEVICE_NOT_FOUND)"),
    });
  });

  it("ends if the cloud accepts it and never reports the device again", async () => {
    const house = await aPatientHouse();
    house.states.delete("front");
    await house.pass(16 * 60_000);
    const { id } = await house.submit("front", "unlock");
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds: 45 });
  });
});
