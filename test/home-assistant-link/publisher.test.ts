import { beforeEach, describe, expect, test } from "vitest";
import type { SnapshotMessage, UpdateMessage } from "../../src/home-assistant/messages/messages.ts";
import { Publisher } from "../../src/home-assistant/publisher.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { ManualClock } from "../clock.ts";
import { aCommand, aDevice, aGateway, anAccount } from "../state/models.ts";

type Sent = SnapshotMessage | UpdateMessage;

let clock: ManualClock;
let picture: LivePicture;
let sent: Sent[];
/** The answers that Home Assistant has not given yet, oldest first. */
let owed: { resolve: () => void; reject: (error: Error) => void }[];
let failures: unknown[];

beforeEach(() => {
  clock = new ManualClock();
  picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice({ id: "a" }), aDevice({ id: "b" })] });
  picture.update({
    gateway: { clouds: { home: { online: true, error: null, last_success_at: 0, devices_known: true } } },
  });
  sent = [];
  owed = [];
  failures = [];
});

test("the snapshot is number 0 and every update counts one up", async () => {
  begin();
  await answerAll();
  setName("a", "Front");
  await answerAll();
  setName("a", "Back");
  await answerAll();
  expect(sent.map(({ type, seq }) => [type.slice(13), seq])).toEqual([
    ["snapshot", 0],
    ["update", 1],
    ["update", 2],
  ]);
});

test("changes of one turn go as one update, the newest of each object, and what is gone is only gone", async () => {
  begin();
  await answerAll();
  setName("a", "Old");
  setName("a", "New");
  setName("b", "Away");
  picture.update({ removed_devices: ["b"], removed_accounts: ["home"] });
  picture.update({ removed_devices: ["a"] });
  setName("a", "Back again");
  await answerAll();
  expect(updates()).toMatchObject([
    {
      seq: 1,
      set: { devices: [{ id: "a", name: "Back again" }] },
      removed: { accounts: ["home"], devices: ["b"] },
    },
  ]);
});

test("a change while the snapshot is on its way follows it, and never overtakes one of its parts", async () => {
  begin({ partBytes: 2_000 });
  expect(sent).toHaveLength(1);
  setName("a", "Changed");
  await turn();
  expect(sent).toHaveLength(1);
  await answerAll();
  expect(sent.map(({ type }) => type.slice(13))).toEqual(["snapshot", "snapshot", "update"]);
  expect(updates()).toMatchObject([{ seq: 1, set: { devices: [{ id: "a", name: "Changed" }] } }]);
});

test("commands and the news of the link itself are no news for Home Assistant", async () => {
  begin();
  await answerAll();
  picture.update({ commands: [aCommand()] });
  picture.update({ gateway: { link: { ...picture.gateway.link, message: "Linked." } } });
  await answerAll();
  expect(updates()).toEqual([]);
  picture.update({
    gateway: { clouds: { home: { online: false, error: null, last_success_at: 1, devices_known: true } } },
  });
  await answerAll();
  expect(updates()).toMatchObject([{ set: { gateway: { clouds: { home: { online: false } } } }, removed: {} }]);
});

test("that the devices of an account are known now is news at once", async () => {
  begin();
  await answerAll();
  picture.update({
    gateway: { clouds: { home: { online: true, error: null, last_success_at: 0, devices_known: false } } },
  });
  await answerAll();
  expect(updates()).toMatchObject([{ set: { gateway: { clouds: { home: { devices_known: false } } } } }]);
});

test("a gateway that is as it was before, when its turn comes, is no news", async () => {
  const before = picture.gateway;
  begin();
  picture.update({
    gateway: { clouds: { home: { online: false, error: null, last_success_at: 1, devices_known: true } } },
  });
  await turn();
  picture.update({ gateway: before });
  await answerAll();
  expect(updates()).toEqual([]);
});

describe("a poll in which nothing happened", () => {
  test("is no news, however many devices were asked for", async () => {
    picture.update({ devices: Array.from({ length: 500 }, (_, index) => aDevice({ id: `lock ${index}` })) });
    begin();
    await answerAll();
    const before = sent.length;
    for (let poll = 1; poll < 10; poll += 1) {
      clock.advance(30_000);
      grow(clock.now());
      await answerAll();
    }
    expect(sent).toHaveLength(before);
  });

  test("goes with the next thing that happens to the device, and to that one only", async () => {
    begin();
    await answerAll();
    grow(1000);
    await answerAll();
    const [a] = picture.devices();
    picture.update({ devices: a ? [{ ...a, lock_state: "unlocked" }] : [] });
    await answerAll();
    expect(updates()).toHaveLength(1);
    expect(updates()[0]?.set).toMatchObject({
      devices: [{ id: "a", lock_state: "unlocked", confirmed_at: 1000, said_at: { lock_state: 1000 } }],
    });
    expect(updates()[0]?.set.devices).toHaveLength(1);
  });

  test("is told after 5 min, with the cloud's last answer, and then only if there was another", async () => {
    begin();
    await answerAll();
    grow(1000);
    clock.advance(299_999);
    await answerAll();
    expect(updates()).toEqual([]);
    clock.advance(1);
    await answerAll();
    expect(updates()).toMatchObject([
      {
        seq: 1,
        set: {
          gateway: { clouds: { home: { last_success_at: 1000 } } },
          devices: [
            { id: "a", confirmed_at: 1000 },
            { id: "b", confirmed_at: 1000 },
          ],
        },
      },
    ]);
    clock.advance(600_000);
    await answerAll();
    expect(updates()).toHaveLength(1);
  });

  test("is news when it made a state fresh again, or a device was not known before", async () => {
    begin();
    await answerAll();
    picture.update({ devices: [aDevice({ id: "a", freshness: "stale" }), aDevice({ id: "c" })] });
    await answerAll();
    expect(updates()).toMatchObject([{ set: { devices: [{ id: "a", freshness: "stale" }, { id: "c" }] } }]);
    picture.update({ removed_devices: ["c"] });
    await answerAll();
    picture.update({ devices: [aDevice({ id: "c" })] });
    await answerAll();
    expect(updates().slice(1)).toMatchObject([
      { set: {}, removed: { devices: ["c"] } },
      { set: { devices: [{ id: "c" }] }, removed: {} },
    ]);
  });
});

test("a Home Assistant that does not answer gets no backlog but one fresh snapshot, once it answers again", async () => {
  begin({ mostUnanswered: 3 });
  await answerAll();
  for (let change = 1; change <= 1_000; change += 1) {
    setName("a", `Name ${change}`);
    await turn();
  }
  expect(sent).toHaveLength(1 + 3);
  clock.advance(5_000);
  await answerAll();
  expect(sent.slice(4)).toMatchObject([{ type: "utec_gateway/snapshot", seq: 3, devices: [{ id: "a" }, { id: "b" }] }]);
  expect(
    snapshots()
      .at(-1)
      ?.devices.find(({ id }) => id === "a")?.name,
  ).toBe("Name 1000");
  setName("a", "After");
  await answerAll();
  expect(updates().at(-1)).toMatchObject({ seq: 4 });
});

test("an update heavier than a part of a snapshot becomes a snapshot", async () => {
  begin({ partBytes: 5_000 });
  await answerAll();
  clock.advance(1_000);
  picture.update({ devices: Array.from({ length: 20 }, (_, index) => aDevice({ id: `new-${index}` })) });
  await answerAll();
  expect(updates()).toEqual([]);
  expect(new Set(snapshots().map(({ snapshot_id }) => snapshot_id)).size).toBe(2);
});

test("resync brings a fresh snapshot under a new id, and not more than one in a second", async () => {
  const publisher = begin();
  await answerAll();
  setName("a", "Changed");
  await answerAll();
  for (let asked = 0; asked < 50; asked += 1) publisher.resync();
  await answerAll();
  expect(snapshots()).toHaveLength(1);
  clock.advance(1_000);
  await answerAll();
  expect(snapshots()).toHaveLength(2);
  expect(snapshots()[1]).toMatchObject({ seq: 1, snapshot_id: "s-2" });
  clock.advance(60_000);
  await answerAll();
  expect(snapshots()).toHaveLength(2);
});

test("a refusal is told once and ends it", async () => {
  begin();
  await answerAll();
  setName("a", "One");
  await turn();
  setName("a", "Two");
  await turn();
  for (const { reject } of owed.splice(0)) reject(new Error("unknown_session"));
  await turn();
  setName("a", "Three");
  await turn();
  expect(failures).toHaveLength(1);
  expect(updates()).toHaveLength(2);
});

test("after stop nothing is sent and no timer is left", async () => {
  const publisher = begin();
  await answerAll();
  publisher.resync();
  setName("a", "Late");
  publisher.stop();
  await turn();
  clock.advance(60_000);
  expect(sent).toHaveLength(1);
  expect(clock.armed).toBe(0);
});

function begin(options: { partBytes?: number; mostUnanswered?: number } = {}): Publisher {
  const publisher = new Publisher({
    session: "s",
    picture,
    clock,
    send: (message) => {
      sent.push(message);
      return new Promise<void>((resolve, reject) => {
        owed.push({ resolve, reject });
      });
    },
    onFailure: (error) => failures.push(error),
    ...options,
  });
  publisher.start();
  return publisher;
}

/** The cloud has said of every device at `at` what it had said before. */
function grow(at: number): void {
  const devices = picture.devices().map((one) => ({ ...one, said_at: { lock_state: at }, confirmed_at: at }));
  picture.update({
    devices,
    gateway: { clouds: { home: { online: true, error: null, last_success_at: at, devices_known: true } } },
  });
}

function setName(id: string, name: string): void {
  picture.update({ devices: [aDevice({ id, name })] });
}

function updates(): UpdateMessage[] {
  return sent.filter((message) => message.type === "utec_gateway/update");
}

function snapshots(): SnapshotMessage[] {
  return sent.filter((message) => message.type === "utec_gateway/snapshot");
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}

/** Home Assistant answers until nothing is left to answer. */
async function answerAll(): Promise<void> {
  await turn();
  while (owed.length > 0) {
    owed.shift()?.resolve();
    await turn();
  }
}
