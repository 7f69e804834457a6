import { describe, expect, it } from "vitest";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { Change, CommandState } from "../../src/state/picture.ts";
import { aCommand, aDevice, aGateway, anAccount } from "./models.ts";

function follow(picture: LivePicture): Change[] {
  const seen: Change[] = [];
  picture.subscribe((change) => seen.push(change));
  return seen;
}

describe("the live picture", () => {
  it("numbers every change and delivers it as whole objects", () => {
    const picture = new LivePicture(aGateway());
    const seen = follow(picture);
    picture.update({ devices: [aDevice({ id: "door" })] });
    picture.update({ accounts: [anAccount()], devices: [aDevice({ id: "door", lock_state: "unlocked" })] });
    expect(seen).toEqual([
      { seq: 1, set: { devices: [aDevice({ id: "door" })] }, removed: {} },
      {
        seq: 2,
        set: { accounts: [anAccount()], devices: [aDevice({ id: "door", lock_state: "unlocked" })] },
        removed: {},
      },
    ]);
    expect(picture.snapshot()).toEqual({
      seq: 2,
      gateway: aGateway(),
      accounts: [anAccount()],
      devices: [aDevice({ id: "door", lock_state: "unlocked" })],
      commands: [],
    });
  });

  it("makes no change where nothing changed", () => {
    const picture = new LivePicture(aGateway());
    picture.update({ accounts: [anAccount()], devices: [aDevice()] });
    const seen = follow(picture);
    picture.update({
      accounts: [anAccount()],
      devices: [aDevice()],
      gateway: { clouds: {} },
      removed_devices: ["never seen"],
    });
    expect(seen).toEqual([]);
    expect(picture.snapshot().seq).toBe(1);
  });

  it("reports as removed only the ids that existed", () => {
    const picture = new LivePicture(aGateway());
    picture.update({ devices: [aDevice({ id: "door" })] });
    const seen = follow(picture);
    picture.update({ removed_devices: ["door", "never seen"] });
    expect(seen).toEqual([{ seq: 2, set: {}, removed: { devices: ["door"] } }]);
    expect(picture.device("door")).toBeUndefined();
  });

  it("merges the gateway's parts and keeps its id", () => {
    const picture = new LivePicture(aGateway());
    picture.update({
      gateway: { clouds: { home: { online: true, error: null, last_success_at: 1, devices_known: true } } },
    });
    picture.update({ gateway: { problems: [{ field: "poll_interval", message: "Too short." }] } });
    expect(picture.gateway).toMatchObject({
      id: aGateway().id,
      clouds: { home: { online: true } },
      problems: [{ field: "poll_interval" }],
    });
  });

  it("delivers changes to all in the order of their numbers, even when a follower writes during a delivery", () => {
    const picture = new LivePicture(aGateway());
    picture.subscribe((change) => {
      if (change.seq === 1) picture.update({ devices: [aDevice({ id: "second" })] });
    });
    const seen = follow(picture);
    picture.update({ devices: [aDevice({ id: "first" })] });
    expect(seen.map((change) => [change.seq, change.set.devices?.[0]?.id])).toEqual([
      [1, "first"],
      [2, "second"],
    ]);
  });

  it("does not deliver to a new follower what was already in the picture when it subscribed", () => {
    const picture = new LivePicture(aGateway());
    const late: number[] = [];
    picture.subscribe((change) => {
      if (change.seq === 1) picture.subscribe((later) => late.push(later.seq));
    });
    picture.update({ devices: [aDevice({ id: "first" })] });
    expect(late).toEqual([]);
    picture.update({ devices: [aDevice({ id: "second" })] });
    expect(late).toEqual([2]);
  });

  it("delivers nothing to a follower after it has left, even in the middle of a change", () => {
    const picture = new LivePicture(aGateway());
    const seen: number[] = [];
    picture.subscribe(() => leave());
    const leave = picture.subscribe((change) => seen.push(change.seq));
    picture.update({ devices: [aDevice()] });
    expect(seen).toEqual([]);
  });

  it("delivers to the others when one follower throws, and the bug surfaces as an uncaught exception", async () => {
    const picture = new LivePicture(aGateway());
    picture.subscribe(() => {
      throw new Error("a bug in a face");
    });
    const seen = follow(picture);
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const uncaught = new Promise((resolve) => process.once("uncaughtException", resolve));
      picture.update({ devices: [aDevice()] });
      expect(seen).toHaveLength(1);
      expect(await uncaught).toMatchObject({ message: "a bug in a face" });
    } finally {
      for (const listener of others) process.on("uncaughtException", listener);
    }
  });

  it("keeps the latest 100 commands and never forgets one in progress", () => {
    const picture = new LivePicture(aGateway());
    const underWay: CommandState = aCommand({ id: "under way", ended_at: null, outcome: null });
    picture.update({ commands: [underWay] });
    for (let n = 1; n <= 150; n += 1) picture.update({ commands: [aCommand({ id: `ended ${n}` })] });
    const ids = picture.commands().map((command) => command.id);
    expect(ids).toHaveLength(100);
    expect(ids.slice(0, 2)).toEqual(["under way", "ended 52"]);
    expect(ids.at(-1)).toBe("ended 150");
  });

  it("looks at no command that is not in the update, however many are in progress", () => {
    const picture = new LivePicture(aGateway());
    let looks = 0;
    const underWay = (id: string): CommandState => ({
      ...aCommand({ id, outcome: null }),
      get ended_at() {
        looks += 1;
        return null;
      },
    });
    picture.update({ commands: Array.from({ length: 300 }, (_, n) => underWay(`under way ${n}`)) });
    looks = 0;
    picture.update({ devices: [aDevice()] });
    picture.update({ commands: [aCommand({ id: "ended" })] });
    expect(looks).toBe(0);
  });
});
