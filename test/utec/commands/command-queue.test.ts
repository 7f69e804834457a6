import { describe, expect, it } from "vitest";
import { aLivedInHouse, aPatientHouse, endOf, LOCK_RECORDS } from "../house.ts";
import type { House } from "../house.ts";
import { DEFERRED, lockStates } from "../tiny-cloud.ts";
import type { Behaviour } from "../tiny-cloud.ts";

const ACCEPTED: Behaviour = { payload: { devices: [{ id: "front", states: DEFERRED }] } };
const RED = { r: 255, g: 0, b: 0 };

interface Sent {
  readonly devices: readonly { readonly command: { readonly name: string; readonly arguments?: unknown } }[];
}

/** A lamp of every colour, and the arguments that it is sent from now on. */
async function aLampThatTellsItsLevels(house: House): Promise<unknown[]> {
  const lamp = { id: "lamp", name: "Lamp", category: "Light", handleType: "utec-dimmer" };
  house.cloud.on("Discovery", { payload: { devices: [...LOCK_RECORDS, lamp] } });
  house.states.set("lamp", [...lampStates("off", 100), { capability: "st.color", name: "color", value: {} }]);
  house.poller.listDevices();
  await house.pass(10_000);
  const levels: unknown[] = [];
  house.cloud.on("Command", ({ payload }) => {
    levels.push(...(payload as Sent).devices.map(({ command }) => command.arguments));
    return { payload: { devices: [{ id: "lamp", states: [{ ...DEFERRED[0], value: 5 }] }] } };
  });
  return levels;
}

function lampStates(power: string, level: number): object[] {
  return [
    { capability: "st.switch", name: "switch", value: power },
    { capability: "st.switchLevel", name: "level", value: level },
  ];
}

/** The cloud's names of the commands that it is sent from now on; it accepts them and does nothing. */
function sentBy(house: House): string[] {
  const sent: string[] = [];
  house.cloud.on("Command", ({ payload, deviceIds }) => {
    sent.push(...(payload as Sent).devices.map(({ command }) => command.name));
    return { payload: { devices: deviceIds.map((id) => ({ id, states: DEFERRED })) } };
  });
  return sent;
}

const lockMode = (value: number): object => ({ capability: "st.lock", name: "lockMode", value });

describe("the queue of a device", () => {
  it("has an identical command join the one in progress", async () => {
    const house = await aPatientHouse();
    const [first, second] = await Promise.all([house.submit("front", "unlock"), house.submit("front", "unlock")]);
    expect(second.id).toBe(first.id);
    await house.pass(500);
    expect((await house.submit("front", "unlock")).id).toBe(first.id);
    expect(house.cloud.count("Command")).toBe(1);
    expect(house.picture.commands()).toHaveLength(1);
  });

  it("has a contrary command wait its turn", async () => {
    const house = await aPatientHouse();
    const sent = sentBy(house);
    await house.submit("front", "unlock");
    const lock = house.submit("front", "lock");
    await house.pass(5000);
    expect(sent).toEqual(["unlock"]);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(5000);
    expect(sent).toEqual(["unlock", "lock"]);
    expect(await lock).toMatchObject({ outcome: null });
  });

  it("lets no command join one whose caller waits much less: each gets its own outcome", async () => {
    const house = await aPatientHouse();
    const hasty = await house.submit("front", "unlock", { deadline_at: house.clock.now() + 3000 });
    const alike = await house.submit("front", "unlock", { deadline_at: house.clock.now() + 2000 });
    expect(alike.id).toBe(hasty.id);
    const patient = house.submit("front", "unlock");
    expect(await endOf(house, hasty.id)).toMatchObject({ outcome: "unconfirmed", took_ms: 3000 });
    house.states.set("front", lockStates("Unlocked"));
    const { id } = await patient;
    expect(await endOf(house, id)).toMatchObject({ outcome: "confirmed", took_ms: 3300 });
  });

  it("lets the newest command replace one that was not sent: its caller gets an answer at once", async () => {
    const house = await aPatientHouse();
    const sent = sentBy(house);
    const unlock = await house.submit("front", "unlock");
    const lock = expect(house.submit("front", "lock")).rejects.toMatchObject({
      code: "command_superseded",
      message: '"Front door" was not asked to lock: a newer command asks it to unlock.',
    });
    // What is left is equal to the one under way, so it joins that.
    expect((await house.submit("front", "unlock")).id).toBe(unlock.id);
    await lock;
    expect(house.picture.commands()).toMatchObject([
      { outcome: null },
      { outcome: "superseded", sent_at: null, took_ms: 0, error: { code: "command_superseded" } },
    ]);
    expect(house.device("front").transition).toBe("unlocking");
    expect(sent).toEqual(["unlock"]);
  });

  it("keeps what moves something else: a mode between two commands for the bolt", async () => {
    const house = await aPatientHouse();
    const sent = sentBy(house);
    await house.submit("front", "unlock");
    const first = expect(house.submit("front", "lock")).rejects.toMatchObject({ code: "command_superseded" });
    const mode = house.submit("front", "set_mode", { args: { mode: "always_locked" } });
    const second = house.submit("front", "lock");
    await first;
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(1000);
    house.states.set("front", [...lockStates("Unlocked"), lockMode(2)]);
    await house.pass(1000);
    expect(sent).toEqual(["unlock", "setMode", "lock"]);
    expect(await mode).toMatchObject({ args: { mode: "always_locked" } });
    expect(await second).toMatchObject({ name: "lock" });
  });

  it("sends two commands for a slider that is dragged: the first and the last", async () => {
    const house = await aPatientHouse();
    const levels = await aLampThatTellsItsLevels(house);
    const first = await house.submit("lamp", "set_level", { args: { level: 10 } });
    const asked = [20, 30, 40, 40].map((level) => house.submit("lamp", "set_level", { args: { level } }));
    const [second, third, fourth, fifth] = asked;
    await expect(second).rejects.toMatchObject({ code: "command_superseded" });
    await expect(third).rejects.toMatchObject({ code: "command_superseded" });
    expect(levels).toEqual([{ level: 10 }]);
    house.states.set("lamp", lampStates("on", 10));
    await house.pass(1000);
    expect(levels).toEqual([{ level: 10 }, { level: 40 }]);
    expect((await fourth)?.id).toBe((await fifth)?.id);
    expect(first).toMatchObject({ args: { level: 10 } });
    house.states.set("lamp", lampStates("on", 40));
    await house.pass(1000);
    expect(house.picture.commands().map(({ outcome }) => outcome)).toEqual([
      "confirmed",
      "superseded",
      "superseded",
      "confirmed",
    ]);
  });

  it("lets a lamp be switched, dimmed and coloured in the order of the commands", async () => {
    const house = await aPatientHouse();
    await aLampThatTellsItsLevels(house);
    const sent = sentBy(house);
    await house.submit("lamp", "turn_on");
    void house.submit("lamp", "set_color", { args: { color: { r: 255, g: 0, b: 0 } } });
    const dim = house.submit("lamp", "set_level", { args: { level: 5 } });
    house.states.set("lamp", [...lampStates("on", 100), { capability: "st.color", name: "color", value: RED }]);
    await house.pass(2000);
    expect(sent).toEqual(["on", "color", "setLevel"]);
    expect(await dim).toMatchObject({ outcome: null });
  });

  it("gives a command that waited its own 45 s, within a deadline that is fixed at the request", async () => {
    const house = await aPatientHouse();
    await house.submit("front", "unlock");
    const waiting = house.submit("front", "lock");
    const { deadline_at: promised } = house.picture.commands()[1] ?? {};
    await house.pass(19_000);
    house.states.set("front", lockStates("Unlocked"));
    await house.pass(1000);
    const { id, requested_at, sent_at, deadline_at } = await waiting;
    expect([(sent_at ?? 0) - requested_at, deadline_at - requested_at]).toEqual([20_000, 90_000]);
    const ended = await endOf(house, id);
    expect(ended).toMatchObject({ outcome: "unconfirmed", seconds: 45, took_ms: 65_000, deadline_at: promised });
  });

  it("drops a command that waited too long: nobody expects the door to move any more", async () => {
    const house = await aPatientHouse();
    await house.submit("front", "unlock");
    const expired = expect(house.submit("front", "lock")).rejects.toMatchObject({ code: "command_expired" });
    await house.pass(46_000);
    await expired;
    expect(house.cloud.count("Command")).toBe(1);
    expect(house.picture.commands()[1]).toMatchObject({ outcome: "refused", error: { code: "command_expired" } });
  });

  it("never makes another device wait", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", ({ deviceIds }) => (deviceIds[0] === "front" ? "never" : ACCEPTED));
    const stuck = house.submit("front", "unlock").catch((error: unknown) => error);
    expect(await house.submit("garden", "lock")).toMatchObject({ device_id: "garden", outcome: null });
    await house.commands.stop();
    expect(await stuck).toMatchObject({ code: "command_unconfirmed" });
  });

  it("starts an identical command again once the last has ended, even at the moment of its end", async () => {
    const house = await aPatientHouse();
    house.states.set("front", lockStates("Unlocked"));
    const ids: string[] = [];
    const first = await house.submit("front", "unlock");
    const leave = house.picture.subscribe(({ set }) => {
      if (!set.commands?.[0]?.ended_at) return;
      leave();
      void house.submit("front", "unlock").then(({ id }) => ids.push(id));
    });
    await endOf(house, first.id);
    await house.quiet();
    expect(ids).toHaveLength(1);
    expect(ids[0]).not.toBe(first.id);
    expect(house.cloud.count("Command")).toBe(2);
  });
});
