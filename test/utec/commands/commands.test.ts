import { describe, expect, it, vi } from "vitest";
import { anAccount } from "../../state/models.ts";
import { aLivedInHouse, aPatientHouse, endOf } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const lockMode = (value: number): object => ({ capability: "st.lock", name: "lockMode", value });

const transitions = (house: House): unknown[] =>
  house.changes
    .flatMap(({ set }) => set.devices ?? [])
    .filter(({ id }) => id === "front")
    .map(({ lock_state, transition }) => transition ?? lock_state)
    .filter((state, index, all) => state !== all[index - 1]);

describe("a command", () => {
  it("is accepted, shown in progress, and confirmed by the first read that shows it: 0.3 s later", async () => {
    const house = await aPatientHouse();
    const accepted = await house.submit("front", "unlock");
    expect(accepted).toEqual({
      id: accepted.id,
      device_id: "front",
      name: "unlock",
      args: {},
      origin: { kind: "page", name: null, automation: false },
      requested_at: house.clock.now(),
      sent_at: house.clock.now(),
      accepted_at: house.clock.now(),
      deadline_at: house.clock.now() + 90_000,
      ended_at: null,
      took_ms: null,
      outcome: null,
      error: null,
    });
    expect(house.device("front")).toMatchObject({ lock_state: "locked", transition: "unlocking" });
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, accepted.id)).toMatchObject({ outcome: "confirmed", error: null, took_ms: 300 });
    expect(house.device("front")).toMatchObject({ lock_state: "unlocked", transition: null });
    expect(transitions(house)).toEqual(["unknown", "locked", "unlocking", "unlocked"]);
  });

  it("goes to the cloud as documented, with the device's custom data", async () => {
    const house = await aPatientHouse();
    await house.submit("garden", "lock");
    expect(house.cloud.actions.at(-1)).toMatchObject({
      header: { namespace: "Uhome.Device", name: "Command" },
      payload: { devices: [{ id: "garden", customData: { k: 1 }, command: { capability: "st.lock", name: "lock" } }] },
    });
  });

  it("is followed by a burst of reads that slows down, in which an old state is not a contradiction", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    const from = house.clock.monotonic();
    const reads: number[] = [];
    house.cloud.on("Query", ({ deviceIds }) => {
      if (deviceIds.length === 1) reads.push((house.clock.monotonic() - from) / 1000);
      return { payload: { devices: [{ id: "front", states: house.states.get("front") }] } };
    });
    await house.pass(39_000);
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
    expect(reads).toEqual([0.3, 0.6, 1, 2, 4, 9, 20, 30, 35, 40]);
  });

  it("that is never confirmed ends after 45 s in the true state, with an error and without a second try", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    expect(await endOf(house, id)).toMatchObject({
      outcome: "unconfirmed",
      error: { code: "command_unconfirmed", message: expect.stringContaining("Look at the door") },
      seconds: 45,
    });
    expect(house.device("front")).toMatchObject({ lock_state: "locked", transition: null });
    expect(house.cloud.count("Command")).toBe(1);
  });

  it("ends in time also when the cloud does not answer the reads", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.cloud.on("Query", "never");
    expect(await endOf(house, id)).toMatchObject({ outcome: "unconfirmed", seconds: 45 });
  });

  it("survives reads that fail on the way", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.cloud.on("Query", { status: 500, body: "" });
    await house.pass(10_000);
    house.cloud.on("Query", { payload: { devices: [{ id: "front", states: lockStates("Unlocked") }] } });
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
  });

  it("is done at once when the answer to it says so", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", { payload: { devices: [{ id: "front", states: lockStates("Unlocked") }] } });
    const { id } = await house.submit("front", "unlock");
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed", seconds: 0 });
    expect(house.device("front")).toMatchObject({ lock_state: "unlocked", transition: null });
    expect(house.cloud.count("Query")).toBe(1);
  });

  it.each([
    ["says nothing of the device", { payload: { devices: [] } }],
    ["is empty", { status: 204, body: "" }],
  ] satisfies [string, Behaviour][])("is confirmed by reading when the answer to it %s", async (_case, behaviour) => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", behaviour);
    const { id } = await house.submit("front", "unlock");
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed", took_ms: 300 });
  });

  it("is not confirmed by what the cloud remembers of an offline device, and ends offline", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.states.set("front", lockStates("Unlocked", "Offline"));
    expect(await endOf(house, id)).toMatchObject({
      outcome: "offline",
      error: { code: "device_offline" },
      seconds: 45,
    });
    expect(house.device("front")).toMatchObject({ online: false, transition: null });
  });

  it("that jams the bolt ends when the cloud reports it", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    house.states.set("front", lockStates("Jammed"));
    expect(await endOf(house, id)).toMatchObject({
      outcome: "unconfirmed",
      error: { message: expect.stringContaining("jammed") },
      took_ms: 300,
    });
  });

  it("may free a bolt that was jammed before", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Jammed"));
    await house.pass(30_000);
    const { id } = await house.submit("front", "unlock");
    await house.pass(10_000);
    house.states.set("front", lockStates("Unlocked"));
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed" });
  });

  it("names the passage mode when a lock ignores commands in it", async () => {
    const house = await aPatientHouse();
    house.states.set("front", [...lockStates("Unlocked"), { capability: "st.lock", name: "lockMode", value: 1 }]);
    const { id } = await house.submit("front", "lock");
    expect(await endOf(house, id)).toMatchObject({ error: { message: expect.stringContaining("passage mode") } });
  });

  it("is refused in passage mode, after a read that confirms the mode, and nothing is sent", async () => {
    const house = await aPatientHouse();
    house.states.set("front", [...lockStates("Unlocked"), lockMode(1)]);
    await house.pass(30_000);
    const queries = house.cloud.count("Query");
    await expect(house.submit("front", "lock")).rejects.toMatchObject({ code: "lock_in_passage_mode" });
    expect(house.cloud.count("Query")).toBe(queries + 1);
    expect(house.cloud.count("Command")).toBe(0);
    expect(house.picture.commands()).toMatchObject([{ outcome: "refused", error: { code: "lock_in_passage_mode" } }]);
    expect(await house.submit("front", "set_mode", { args: { mode: "normal" } })).toMatchObject({ outcome: null });
  });

  it("is sent to a lock that has left passage mode since it was last read", async () => {
    const house = await aPatientHouse();
    house.states.set("front", [...lockStates("Unlocked"), lockMode(1)]);
    await house.pass(30_000);
    house.states.set("front", [...lockStates("Unlocked"), lockMode(0)]);
    expect(await house.submit("front", "lock")).toMatchObject({ name: "lock", outcome: null });
  });

  it("is sent to a lock of which it is not known whether it is still in passage mode", async () => {
    const house = await aPatientHouse();
    house.states.set("front", [...lockStates("Unlocked"), lockMode(1)]);
    await house.pass(30_000);
    house.cloud.on("Query", { status: 500, body: "" });
    const { id } = await house.submit("front", "lock");
    expect(await endOf(house, id)).toMatchObject({
      outcome: "unconfirmed",
      error: { message: expect.stringContaining("passage mode") },
    });
  });

  it("keeps its transition through polls and device lists", async () => {
    const house = await aPatientHouse();
    await house.submit("front", "unlock");
    house.poller.listDevices();
    await house.pass(10_000);
    expect(house.cloud.count("Discovery")).toBe(2);
    expect(house.device("front").transition).toBe("unlocking");
  });

  it("has the account polled more often for a minute afterwards", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Unlocked"));
    const { id } = await house.submit("front", "unlock");
    await endOf(house, id);
    house.states.set("front", lockStates("Locked"));
    await house.pass(5000);
    expect(house.device("front").lock_state).toBe("locked");
  });

  it("keeps the name of who asked as one readable line", async () => {
    const house = await aPatientHouse();
    const origin = { kind: "api", name: `Ada\n\u202E${"a".repeat(10_000)}`, automation: false } as const;
    const { origin: kept } = await house.submit("front", "unlock", { origin });
    expect(kept).toEqual({ kind: "api", name: `Ada ${"a".repeat(95)}…`, automation: false });
  });

  it("logs one line at its end: who, what, which door, and why not", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Unlocked"));
    const origin = { kind: "home_assistant", name: "Ada", automation: false } as const;
    const done = await house.commands.submit({ device_id: "front", name: "unlock", origin });
    await endOf(house, done.id);
    const automation = { kind: "home_assistant", name: "Night", automation: true } as const;
    const failed = await house.submit("front", "lock", { origin: automation });
    await endOf(house, failed.id);
    const program = { kind: "api", name: null, automation: true } as const;
    await endOf(house, (await house.submit("front", "unlock", { origin: program })).id);
    expect(house.log().filter(({ part }) => part === "commands")).toMatchObject([
      { level: "info", message: "Unlock confirmed.", fields: { device: "Front door", by: "home_assistant: Ada" } },
      { level: "warn", message: "Lock unconfirmed.", fields: { by: "automation: Night", code: "command_unconfirmed" } },
      { message: "Unlock confirmed.", fields: { by: "api" } },
    ]);
  });
});

describe("the command API", () => {
  it("reports the end of a command that has ended already, but not of one that it does not know", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Unlocked"));
    const { id } = await house.submit("front", "unlock");
    await endOf(house, id);
    expect(await house.commands.ended(id)).toMatchObject({ id, outcome: "confirmed" });
    await expect(house.commands.ended("nothing")).rejects.toMatchObject({ code: "command_not_found" });
  });

  it("stops at once: what is in progress ends unconfirmed, what waits is not sent, and no timer is left", async () => {
    const house = await aPatientHouse();
    const running = await house.submit("front", "unlock");
    const why = expect.stringContaining(": the gateway stopped. Try again.");
    const waiting = expect(house.submit("front", "lock")).rejects.toMatchObject({ message: why });
    await house.commands.stop();
    await waiting;
    expect(house.picture.command(running.id)).toMatchObject({ outcome: "unconfirmed" });
    expect(house.device("front").transition).toBeNull();
    await expect(house.submit("garden", "lock")).rejects.toMatchObject({ code: "command_expired" });
    expect(house.cloud.count("Command")).toBe(1);
    house.poller.stop();
    expect(house.clock.armed).toBe(0);
  });

  it("is sent through the healthy account", async () => {
    const house = await aPatientHouse();
    house.picture.update({ accounts: [anAccount({ id: "second" })] });
    await house.pass(1);
    house.picture.update({ accounts: [anAccount({ id: "home", status: "sign_in_needed" })] });
    const asked = vi.spyOn(house.keeper, "getToken");
    await house.submit("front", "unlock");
    expect(asked.mock.calls).toEqual([["second"]]);
  });
});
