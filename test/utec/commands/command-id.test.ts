import { describe, expect, it } from "vitest";
import { Receiver } from "../../../src/home-assistant/receiver.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { linkDesks } from "../../home-assistant-link/commands/link-desks.ts";
import { aCommand } from "../../state/models.ts";
import { aLivedInHouse, aPatientHouse, endOf } from "../house.ts";
import type { House } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

/** What Home Assistant hears of the session that this receiver serves. */
function aSession(house: House): { receiver: Receiver; answers: [string, string | undefined][] } {
  const answers: [string, string | undefined][] = [];
  const receiver = new Receiver({
    commands: house.commands,
    ...linkDesks(house.picture, { devices: house.poller }),
    clock: house.clock,
    log: new LogSink({ level: "fatal", secrets: new Secrets(), format: "text", write: () => {} }).log,
    answer: (id, { error }) => answers.push([id, error?.code]),
  });
  return { receiver, answers };
}

describe("a caller's own id", () => {
  it("is the command's, and asking again with it is not a second command, whether in progress or ended", async () => {
    const house = await aPatientHouse();
    const first = await house.submit("front", "unlock", { id: "mine" });
    expect(first.id).toBe("mine");
    expect(await house.submit("front", "unlock", { id: "mine" })).toEqual(first);
    house.states.set("front", lockStates("Unlocked"));
    await endOf(house, "mine");
    expect(await house.submit("front", "unlock", { id: "mine" })).toMatchObject({ id: "mine", outcome: "confirmed" });
    expect(house.cloud.count("Command")).toBe(1);
    expect(house.picture.commands()).toHaveLength(1);
  });

  it("is answered with the record also when the command was refused, and when its device is gone", async () => {
    const house = await aLivedInHouse();
    house.cloud.on("Command", { payload: { devices: [{ id: "front", error: { code: "BAD-REQUEST" } }] } });
    await expect(house.submit("front", "unlock", { id: "mine" })).rejects.toMatchObject({ code: "command_refused" });
    house.picture.update({ removed_devices: ["front"] });
    expect(await house.submit("front", "unlock", { id: "mine" })).toMatchObject({
      outcome: "refused",
      error: { code: "command_refused" },
    });
  });

  it("with different content is refused, and nothing is sent", async () => {
    const house = await aPatientHouse();
    await house.submit("front", "set_mode", { id: "mine", args: { mode: "normal" } });
    for (const other of [
      house.submit("garden", "set_mode", { id: "mine", args: { mode: "normal" } }),
      house.submit("front", "lock", { id: "mine" }),
      house.submit("front", "set_mode", { id: "mine", args: { mode: "passage" } }),
      house.submit("front", "set_mode", { id: "mine" }),
    ]) {
      await expect(other).rejects.toMatchObject({ code: "command_id_used", field: "id" });
    }
    expect(house.cloud.count("Command")).toBe(1);
  });

  it("that joined an identical command stands for that one, even after its end", async () => {
    const house = await aPatientHouse();
    const first = await house.submit("front", "unlock", { id: "first" });
    expect(await house.submit("front", "unlock", { id: "second" })).toEqual(first);
    house.states.set("front", lockStates("Unlocked"));
    await endOf(house, "first");
    expect(await house.commands.ended("second")).toMatchObject({ id: "first", outcome: "confirmed" });
    expect(house.commands.find("second")).toMatchObject({ id: "first" });
    expect(await house.submit("front", "unlock", { id: "second" })).toMatchObject({ id: "first" });
    await expect(house.submit("front", "lock", { id: "second" })).rejects.toMatchObject({ code: "command_id_used" });
    expect(house.cloud.count("Command")).toBe(1);
  });

  it("makes what Home Assistant sends again after a broken link the same command, and both sessions hear its end", async () => {
    const house = await aPatientHouse();
    const event = {
      id: "c-1",
      name: "unlock",
      target: { device_id: "front", account_id: null },
      args: {},
      timeout_ms: 60_000,
      context: { user: "Ada", user_id: null, automation: null },
    };
    const [first, second] = [aSession(house), aSession(house)];
    first.receiver.take(event);
    await house.pass(500);
    second.receiver.take(event);
    house.states.set("front", lockStates("Unlocked"));
    await endOf(house, "c-1");
    await house.quiet();
    expect([first.answers, second.answers]).toEqual([[["c-1", undefined]], [["c-1", undefined]]]);
    expect(house.cloud.count("Command")).toBe(1);
  });

  it("must be there and short", async () => {
    const house = await aPatientHouse();
    for (const id of ["", "x".repeat(101)]) {
      await expect(house.submit("front", "lock", { id })).rejects.toMatchObject({ code: "bad_request", field: "id" });
    }
    expect(await house.submit("front", "lock", { id: "ключ/../:🔑" })).toMatchObject({ id: "ключ/../:🔑" });
  });

  it("whose joined command was forgotten long ago is free again, and is found while in progress", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    await house.submit("front", "unlock", { id: "again" });
    house.states.set("front", lockStates("Unlocked"));
    await endOf(house, id);
    house.picture.update({ commands: Array.from({ length: 100 }, (_, n) => aCommand({ id: `later ${n}` })) });
    expect(house.commands.find("again")).toBeUndefined();
    await house.submit("garden", "unlock", { id: "again" });
    expect(house.commands.find("again")).toMatchObject({ id: "again", device_id: "garden" });
    expect(await house.submit("garden", "unlock", { id: "again" })).toMatchObject({ id: "again" });
    expect(await endOf(house, "again")).toMatchObject({ id: "again", outcome: "confirmed" });
    expect(house.cloud.count("Command")).toBe(2);
  });

  it("is remembered for the latest hundred that joined", async () => {
    const house = await aPatientHouse();
    const { id } = await house.submit("front", "unlock");
    for (let n = 0; n < 101; n += 1) await house.submit("front", "unlock", { id: `joined ${n}` });
    expect([0, 1, 100].map((n) => house.commands.find(`joined ${n}`)?.id)).toEqual([undefined, id, id]);
  });
});
