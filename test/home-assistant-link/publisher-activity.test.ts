import { beforeEach, expect, test } from "vitest";
import { Publisher } from "../../src/home-assistant/publisher.ts";
import { GATHER_MS } from "../../src/activity/recorder.ts";
import { weigh } from "../../src/home-assistant/messages/messages.ts";
import type { SnapshotMessage, UpdateMessage } from "../../src/home-assistant/messages/messages.ts";
import { aRecorder, anEntry, said } from "../activity/house.ts";
import { PublisherStage, turn } from "./publisher-stage.ts";

let stage: PublisherStage;

beforeEach(() => {
  stage = new PublisherStage();
});

/** The ids of the entries that were told, message by message. */
const told = (): (readonly number[])[] => stage.updates().map(({ set }) => (set.activity ?? []).map(({ id }) => id));

test("what the activity log gains is reason enough for an update, whole and oldest first", async () => {
  stage.begin();
  await stage.answerAll();
  stage.activity.add(anEntry({ to: "unlocked" }), anEntry({ kind: "device_missing" }));
  await stage.answerAll();
  expect(stage.updates()).toMatchObject([{ seq: 1, removed: {} }]);
  expect(stage.updates()[0]?.set).toEqual({ activity: stage.activity.entries });
});

test("what the log has gained before the session or after its end is not told, and no snapshot has any of it", async () => {
  stage.activity.add(anEntry());
  const publisher = stage.begin();
  stage.activity.add(anEntry());
  await stage.answerAll();
  expect(told()).toEqual([[2]]);
  publisher.stop();
  expect(stage.activity.followers).toBe(0);
  stage.activity.add(anEntry());
  await stage.answerAll();
  expect(told()).toEqual([[2]]);
  expect(JSON.stringify(stage.snapshots())).not.toContain("activity");
});

test("a state comes before what the log says of it, and a result waits for the state alone", async () => {
  const { recorder, picture, clock, says } = aRecorder({}, said({ lock_state: "locked" }, 0));
  const sent: (SnapshotMessage | UpdateMessage)[] = [];
  const send = async (message: SnapshotMessage | UpdateMessage): Promise<void> => void sent.push(message);
  const onFailure = (): void => {};
  const publisher = new Publisher({ session: "s", picture, activity: recorder, clock, send, onFailure });
  says({ lock_state: "locked" });
  clock.advance(GATHER_MS);
  publisher.start();
  await turn();
  says({ lock_state: "unlocked" });
  await publisher.caughtUp();
  expect(sent).toMatchObject([{ parts: 1 }, { seq: 1, set: { devices: [{ lock_state: "unlocked" }] } }]);
  clock.advance(GATHER_MS);
  await turn();
  expect(sent).toMatchObject([
    { parts: 1 },
    { seq: 1 },
    { seq: 2, set: { activity: [{ kind: "state_changed", from: "locked", to: "unlocked" }] } },
  ]);
  publisher.stop();
});

test("the log's news during a snapshot follow it, with the states that changed meanwhile", async () => {
  stage.begin({ partBytes: 2_000 });
  stage.setName("a", "Changed");
  stage.activity.add(anEntry());
  await turn();
  expect(stage.sent).toHaveLength(1);
  await stage.answerAll();
  expect(stage.sent.map(({ type }) => type.slice(13))).toEqual(["snapshot", "snapshot", "update"]);
  expect(stage.updates()).toMatchObject([{ seq: 1, set: { devices: [{ id: "a" }], activity: [{ id: 1 }] } }]);
});

test("news that a snapshot takes the place of keep their entries: they go with the next update, once each", async () => {
  stage.begin({ mostUnanswered: 2 });
  await stage.answerAll();
  for (const name of ["one", "two", "three"]) {
    stage.setName("a", name);
    stage.activity.add(anEntry({ device_name: name }));
    await turn();
  }
  expect(stage.sent).toHaveLength(3);
  stage.clock.advance(1_000);
  await stage.answerAll();
  expect(stage.sent.map(({ type, seq }) => [type.slice(13), seq])).toEqual([
    ["snapshot", 0],
    ["update", 1],
    ["update", 2],
    ["snapshot", 2],
    ["update", 3],
  ]);
  expect(told()).toEqual([[1], [2], [3]]);
});

test("entries alone cause no snapshot, however many answers are missing: they wait for one, and a result does not", async () => {
  const publisher = stage.begin({ mostUnanswered: 1 });
  await stage.answerAll();
  stage.setName("a", "Changed");
  await turn();
  stage.activity.add(anEntry(), anEntry());
  await turn();
  await publisher.caughtUp();
  expect(told()).toEqual([[]]);
  await stage.answerAll();
  expect(stage.snapshots()).toHaveLength(1);
  expect(told()).toEqual([[], [1, 2]]);
});

test("a resync that has to wait keeps what the log gains meanwhile", async () => {
  const publisher = stage.begin();
  await stage.answerAll();
  publisher.resync();
  stage.activity.add(anEntry());
  await stage.answerAll();
  stage.setName("a", "Changed");
  stage.activity.add(anEntry());
  await stage.answerAll();
  expect(stage.updates()).toEqual([]);
  stage.clock.advance(1_000);
  await stage.answerAll();
  expect(stage.snapshots()).toHaveLength(2);
  expect(told()).toEqual([[1, 2]]);
  expect(stage.snapshots()[1]?.devices).toContainEqual(expect.objectContaining({ id: "a", name: "Changed" }));
});

test("of what nobody could be told the newest hundred are kept", async () => {
  stage.begin();
  await turn();
  for (let entry = 0; entry < 150; entry += 1) stage.activity.add(anEntry());
  await stage.answerAll();
  expect(told()).toEqual([Array.from({ length: 100 }, (_, index) => 51 + index)]);
});

test("entries that do not fit into a message go with the next one, and one that is larger goes alone", async () => {
  stage.begin({ partBytes: 2_000 });
  await stage.answerAll();
  stage.setName("a", "Changed");
  for (let entry = 0; entry < 12; entry += 1) stage.activity.add(anEntry());
  stage.activity.add(anEntry({ device_name: "x".repeat(3_000) }), anEntry());
  await stage.answerAll();
  expect(told().flat()).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
  const large = stage.updates().filter(({ set, removed }) => weigh({ set, removed }) > 2_100);
  expect(large.map(({ set }) => set.activity?.map(({ id }) => id))).toEqual([[13]]);
  expect(stage.updates().map(({ seq }) => seq)).toEqual(stage.updates().map((_, index) => index + 1));
  expect(stage.snapshots()).toHaveLength(2);
});

test("a session whose update is refused ends, and follows the log no longer", async () => {
  stage.begin();
  await stage.answerAll();
  stage.activity.add(anEntry());
  await turn();
  stage.owed.shift()?.reject(new Error("unknown session"));
  await turn();
  expect(stage.failures).toHaveLength(1);
  expect(stage.activity.followers).toBe(0);
  stage.activity.add(anEntry());
  await turn();
  expect(stage.owed).toEqual([]);
});
