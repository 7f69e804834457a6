import { beforeEach, describe, expect, test } from "vitest";
import { aDevice } from "../state/models.ts";
import { PublisherStage } from "./publisher-stage.ts";

let stage: PublisherStage;

beforeEach(() => {
  stage = new PublisherStage();
});

describe("a poll in which nothing happened", () => {
  test("is no news, however many devices were asked for", async () => {
    stage.picture.update({ devices: Array.from({ length: 500 }, (_, index) => aDevice({ id: `lock ${index}` })) });
    stage.begin();
    await stage.answerAll();
    const before = stage.sent.length;
    for (let poll = 1; poll < 10; poll += 1) {
      stage.clock.advance(30_000);
      stage.grow(stage.clock.now());
      await stage.answerAll();
    }
    expect(stage.sent).toHaveLength(before);
  });

  test("goes with the next thing that happens to the device, and to that one only", async () => {
    stage.begin();
    await stage.answerAll();
    stage.grow(1000);
    await stage.answerAll();
    const [a] = stage.picture.devices();
    stage.picture.update({ devices: a ? [{ ...a, lock_state: "unlocked" }] : [] });
    await stage.answerAll();
    expect(stage.updates()).toHaveLength(1);
    expect(stage.updates()[0]?.set).toMatchObject({
      devices: [{ id: "a", lock_state: "unlocked", confirmed_at: 1000, said_at: { lock_state: 1000 } }],
    });
    expect(stage.updates()[0]?.set.devices).toHaveLength(1);
  });

  test("is published at once for the devices of an account that somebody has asked for, and for no others", async () => {
    stage.picture.update({ devices: [aDevice({ id: "c", account_id: "cabin" })] });
    const publisher = stage.begin();
    await stage.answerAll();
    stage.grow(1000);
    publisher.publishAges("cabin");
    await stage.answerAll();
    expect(stage.updates().map(({ set }) => set.devices?.map(({ id, confirmed_at }) => [id, confirmed_at]))).toEqual([
      [["c", 1000]],
    ]);
    publisher.publishAges("cabin");
    await stage.answerAll();
    expect(stage.updates()).toHaveLength(1);
  });

  test("is published after 5 min, with the cloud's last answer, and then only if there was another", async () => {
    stage.begin();
    await stage.answerAll();
    stage.grow(1000);
    stage.clock.advance(299_999);
    await stage.answerAll();
    expect(stage.updates()).toEqual([]);
    stage.clock.advance(1);
    await stage.answerAll();
    expect(stage.updates()).toMatchObject([
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
    stage.clock.advance(600_000);
    await stage.answerAll();
    expect(stage.updates()).toHaveLength(1);
  });

  test("is news when it made a state fresh again, or a device was not known before", async () => {
    stage.begin();
    await stage.answerAll();
    stage.picture.update({ devices: [aDevice({ id: "a", freshness: "stale" }), aDevice({ id: "c" })] });
    await stage.answerAll();
    expect(stage.updates()).toMatchObject([{ set: { devices: [{ id: "a", freshness: "stale" }, { id: "c" }] } }]);
    stage.picture.update({ removed_devices: ["c"] });
    await stage.answerAll();
    stage.picture.update({ devices: [aDevice({ id: "c" })] });
    await stage.answerAll();
    expect(stage.updates().slice(1)).toMatchObject([
      { set: {}, removed: { devices: ["c"] } },
      { set: { devices: [{ id: "c" }] }, removed: {} },
    ]);
  });
});
