import { beforeEach, expect, test } from "vitest";
import { aCommand, aDevice } from "../state/models.ts";
import { PublisherStage, turn } from "./publisher-stage.ts";

let stage: PublisherStage;

beforeEach(() => {
  stage = new PublisherStage();
});

test("the snapshot is number 0 and every update counts one up", async () => {
  stage.begin();
  await stage.answerAll();
  stage.setName("a", "Front");
  await stage.answerAll();
  stage.setName("a", "Back");
  await stage.answerAll();
  expect(stage.sent.map(({ type, seq }) => [type.slice(13), seq])).toEqual([
    ["snapshot", 0],
    ["update", 1],
    ["update", 2],
  ]);
});

test("changes of one turn go as one update: the newest of each object, and what is gone as gone only", async () => {
  stage.begin();
  await stage.answerAll();
  stage.setName("a", "Old");
  stage.setName("a", "New");
  stage.setName("b", "Away");
  stage.picture.update({ removed_devices: ["b"], removed_accounts: ["home"] });
  stage.picture.update({ removed_devices: ["a"] });
  stage.setName("a", "Back again");
  await stage.answerAll();
  expect(stage.updates()).toMatchObject([
    {
      seq: 1,
      set: { devices: [{ id: "a", name: "Back again" }] },
      removed: { accounts: ["home"], devices: ["b"] },
    },
  ]);
});

test("a change during a snapshot follows it, and never overtakes one of its parts", async () => {
  stage.begin({ partBytes: 2_000 });
  expect(stage.sent).toHaveLength(1);
  stage.setName("a", "Changed");
  await turn();
  expect(stage.sent).toHaveLength(1);
  await stage.answerAll();
  expect(stage.sent.map(({ type }) => type.slice(13))).toEqual(["snapshot", "snapshot", "update"]);
  expect(stage.updates()).toMatchObject([{ seq: 1, set: { devices: [{ id: "a", name: "Changed" }] } }]);
});

test("a command of the page or the API is told as it begins and as it ends, and not in between", async () => {
  stage.begin();
  await stage.answerAll();
  const running = { ended_at: null, took_ms: null, outcome: null };
  const origin = { kind: "page", name: "Ada", automation: false, user_id: "ada" } as const;
  const command = aCommand({ id: "p-1", origin, ...running });
  for (const part of [
    {},
    { sent_at: 1 },
    { accepted_at: 2 },
    { ended_at: 3, took_ms: 3, outcome: "confirmed" as const },
  ]) {
    stage.picture.update({ commands: [{ ...command, ...part }] });
    await stage.answerAll();
  }
  stage.picture.update({ commands: [{ ...command, id: "p-2", ended_at: 3, took_ms: 3, outcome: "refused" }] });
  await stage.answerAll();
  expect(stage.updates().map(({ set }) => set.commands?.map(({ id, outcome }) => [id, outcome]))).toEqual([
    [["p-1", null]],
    [["p-1", "confirmed"]],
    [["p-2", "refused"]],
  ]);
  expect(stage.updates()[0]?.set.commands?.[0]?.origin).toMatchObject({ name: "Ada", user_id: "ada" });
});

test("a snapshot tells of the commands that run or have just ended, whoever asked", async () => {
  const now = stage.clock.now();
  stage.picture.update({
    commands: [
      aCommand({ id: "runs", ended_at: null, outcome: null }),
      aCommand({ id: "ended", ended_at: now - 59_000, outcome: "confirmed" }),
      aCommand({ id: "long ago", ended_at: now - 61_000, outcome: "confirmed" }),
    ],
  });
  stage.begin();
  await stage.answerAll();
  expect(stage.snapshots().flatMap(({ commands = [] }) => commands.map(({ id }) => id))).toEqual(["runs", "ended"]);
});

test("Home Assistant's own commands and changes of the link itself are not news for it", async () => {
  stage.begin();
  await stage.answerAll();
  stage.picture.update({
    commands: [aCommand({ origin: { kind: "home_assistant", name: "Ada", automation: false } })],
  });
  stage.picture.update({ gateway: { link: { ...stage.picture.gateway.link, message: "Linked." } } });
  await stage.answerAll();
  expect(stage.updates()).toEqual([]);
  stage.picture.update({
    gateway: { clouds: { home: { online: false, error: null, last_success_at: 1, devices_known: true } } },
  });
  await stage.answerAll();
  expect(stage.updates()).toMatchObject([{ set: { gateway: { clouds: { home: { online: false } } } }, removed: {} }]);
});

test("that the devices of an account have become known is news at once", async () => {
  stage.begin();
  await stage.answerAll();
  stage.picture.update({
    gateway: { clouds: { home: { online: true, error: null, last_success_at: 0, devices_known: false } } },
  });
  await stage.answerAll();
  expect(stage.updates()).toMatchObject([{ set: { gateway: { clouds: { home: { devices_known: false } } } } }]);
});

test("a gateway that has changed back before it is published is not news", async () => {
  const before = stage.picture.gateway;
  stage.begin();
  stage.picture.update({
    gateway: { clouds: { home: { online: false, error: null, last_success_at: 1, devices_known: true } } },
  });
  await turn();
  stage.picture.update({ gateway: before });
  await stage.answerAll();
  expect(stage.updates()).toEqual([]);
});

test("a Home Assistant that does not answer gets no backlog but one fresh snapshot, once it answers again", async () => {
  stage.begin({ mostUnanswered: 3 });
  await stage.answerAll();
  for (let change = 1; change <= 1_000; change += 1) {
    stage.setName("a", `Name ${change}`);
    await turn();
  }
  expect(stage.sent).toHaveLength(1 + 3);
  stage.clock.advance(5_000);
  await stage.answerAll();
  expect(stage.sent.slice(4)).toMatchObject([
    { type: "utec_gateway/snapshot", seq: 3, devices: [{ id: "a" }, { id: "b" }] },
  ]);
  expect(
    stage
      .snapshots()
      .at(-1)
      ?.devices.find(({ id }) => id === "a")?.name,
  ).toBe("Name 1000");
  stage.setName("a", "After");
  await stage.answerAll();
  expect(stage.updates().at(-1)).toMatchObject({ seq: 4 });
});

test("an update larger than a part of a snapshot becomes a snapshot", async () => {
  stage.begin({ partBytes: 5_000 });
  await stage.answerAll();
  stage.clock.advance(1_000);
  stage.picture.update({ devices: Array.from({ length: 20 }, (_, index) => aDevice({ id: `new-${index}` })) });
  await stage.answerAll();
  expect(stage.updates()).toEqual([]);
  expect(new Set(stage.snapshots().map(({ snapshot_id }) => snapshot_id)).size).toBe(2);
});

test("resync brings a fresh snapshot under a new id, and not more than one in a second", async () => {
  const publisher = stage.begin();
  await stage.answerAll();
  stage.setName("a", "Changed");
  await stage.answerAll();
  for (let asked = 0; asked < 50; asked += 1) publisher.resync();
  await stage.answerAll();
  expect(stage.snapshots()).toHaveLength(1);
  stage.clock.advance(1_000);
  await stage.answerAll();
  expect(stage.snapshots()).toHaveLength(2);
  expect(stage.snapshots()[1]).toMatchObject({ seq: 1, snapshot_id: "s-2" });
  stage.clock.advance(60_000);
  await stage.answerAll();
  expect(stage.snapshots()).toHaveLength(2);
});

test("a refusal is reported once and ends it", async () => {
  stage.begin();
  await stage.answerAll();
  stage.setName("a", "One");
  await turn();
  stage.setName("a", "Two");
  await turn();
  for (const { reject } of stage.owed.splice(0)) reject(new Error("unknown_session"));
  await turn();
  stage.setName("a", "Three");
  await turn();
  expect(stage.failures).toHaveLength(1);
  expect(stage.updates()).toHaveLength(2);
});

test("after stop nothing is sent and no timer is left", async () => {
  const publisher = stage.begin();
  await stage.answerAll();
  publisher.resync();
  stage.setName("a", "Late");
  publisher.stop();
  await turn();
  stage.clock.advance(60_000);
  expect(stage.sent).toHaveLength(1);
  expect(stage.clock.armed).toBe(0);
});
