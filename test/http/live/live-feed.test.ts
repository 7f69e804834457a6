import { describe, expect, test } from "vitest";
import { accessOf } from "../../../src/http/access/rights.ts";
import { ALIVE_EVERY_MS, GATHER_MS } from "../../../src/http/live/live-feed.ts";
import { MOST_BUFFERED_BYTES } from "../../../src/http/live/live-client.ts";
import { anEntry } from "../../activity/house.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import { INGRESS, aStage } from "../stage.ts";
import type { FeedMessage } from "../stage.ts";
import { aFeed, logTexts } from "./feed-bench.ts";

const ADMINISTRATOR = accessOf("administrator", false);

describe("the feed, by a clock that the test moves", () => {
  test("tells the snapshot first and then what changes", () => {
    const { join, picture, clock } = aFeed();
    picture.update({ devices: [aDevice()] });
    const { heard } = join();
    expect(heard).toEqual([{ type: "snapshot", access: ADMINISTRATOR, ...picture.snapshot() }]);
    picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    clock.advance(GATHER_MS);
    const update = { type: "update", seq: 2, set: { devices: [aDevice({ lock_state: "unlocked" })] }, removed: {} };
    expect(heard.slice(1)).toEqual([update]);
  });

  test("tells what happens at once in one message, the last word of each thing", () => {
    const { join, picture, clock } = aFeed();
    const { heard } = join();
    picture.update({ devices: [aDevice({ transition: "locking" })], accounts: [anAccount()] });
    picture.update({ devices: [aDevice({ transition: null })] });
    picture.update({ removed_accounts: ["home"] });
    clock.advance(GATHER_MS);
    expect(heard.slice(1)).toEqual([
      { type: "update", seq: 3, set: { devices: [aDevice({ transition: null })] }, removed: { accounts: ["home"] } },
    ]);
  });

  test("does not tell again what the snapshot of a newcomer held", () => {
    const { join, picture, clock } = aFeed();
    const first = join();
    picture.update({ devices: [aDevice()] });
    const second = join();
    clock.advance(GATHER_MS);
    expect(first.heard.map(({ type }) => type)).toEqual(["snapshot", "update"]);
    expect(second.heard.map(({ type }) => type)).toEqual(["snapshot"]);
    picture.update({ devices: [aDevice({ online: false })] });
    clock.advance(GATHER_MS);
    expect(second.heard.at(-1)).toEqual(first.heard.at(-1));
  });

  test("a page that was told everything holds the picture, whatever happened in between", () => {
    const { join, picture, clock } = aFeed();
    const { heard } = join();
    const devices = ["a", "b", "c", "d"];
    for (let step = 0; step < 200; step += 1) {
      const id = devices[(step * 7) % 4] ?? "a";
      if (step % 3 === 2) picture.update({ removed_devices: [id] });
      else picture.update({ devices: [aDevice({ id, battery_percent: step % 101 })] });
      if (step % 5 === 0) clock.advance(GATHER_MS);
    }
    clock.advance(GATHER_MS);
    expect(heldDevices(heard)).toEqual(picture.devices().toSorted((a, b) => a.id.localeCompare(b.id)));
  });

  test("says that it is alive every 15 s", () => {
    const { join, clock } = aFeed();
    const { heard } = join();
    clock.advance(ALIVE_EVERY_MS - 1);
    expect(heard).toHaveLength(1);
    clock.advance(1 + ALIVE_EVERY_MS);
    expect(heard.slice(1)).toEqual([{ type: "alive" }, { type: "alive" }]);
  });

  test("drops a page that does not read, and nobody else", () => {
    const { join, picture, clock } = aFeed();
    const [slow, quick] = [join(), join()];
    slow.socket.bufferedAmount = MOST_BUFFERED_BYTES + 1;
    picture.update({ devices: [aDevice()] });
    clock.advance(GATHER_MS);
    expect([slow.socket.end, slow.heard.length]).toEqual(["terminated", 1]);
    expect([quick.socket.end, quick.heard.length]).toEqual([null, 2]);
  });

  test("gives the log's tail to who asks for it, and then what is new at that level", () => {
    const { join, sink, clock } = aFeed();
    sink.log.debug("long ago");
    sink.log.warn("before");
    const { heard, connection } = join();
    connection.take('{"type":"follow_log","level":"info"}');
    sink.log.debug("quiet");
    sink.log.error("after");
    clock.advance(GATHER_MS);
    expect(logTexts(heard)).toEqual([["before"], ["after"]]);
  });

  test("says no record of the log twice, though it came while a page asked", () => {
    const { join, sink, clock } = aFeed();
    const [first, second] = [join(), join()];
    first.connection.take('{"type":"follow_log","level":"info"}');
    sink.log.info("between");
    second.connection.take('{"type":"follow_log","level":"info"}');
    clock.advance(GATHER_MS);
    expect(logTexts(first.heard).flat()).toEqual(["between"]);
    expect(logTexts(second.heard).flat()).toEqual(["between"]);
  });

  test("gives each page its own level, and nothing after it has had enough", () => {
    const { join, sink, clock } = aFeed();
    const [all, bad, none] = [join(), join(), join()];
    all.connection.take('{"type":"follow_log","level":"trace"}');
    bad.connection.take('{"type":"follow_log","level":"error"}');
    sink.log.info("one");
    sink.log.error("two");
    clock.advance(GATHER_MS);
    all.connection.take('{"type":"unfollow_log"}');
    sink.log.error("three");
    clock.advance(GATHER_MS);
    expect(logTexts(all.heard).flat()).toEqual(["one", "two"]);
    expect(logTexts(bad.heard).flat()).toEqual(["two", "three"]);
    expect(logTexts(none.heard)).toEqual([]);
  });

  test("tells every page what is new in the activity log, and nobody after the end", () => {
    const { join, feed, activity } = aFeed();
    const { heard } = join();
    activity.add(anEntry(), anEntry({ to: "jammed" }));
    expect(heard.slice(1)).toEqual([{ type: "activity", entries: activity.entries }]);
    feed.close();
    expect(activity.followers).toBe(0);
  });

  test.each([
    "",
    "hello",
    "[]",
    "null",
    '{"type":"follow_log"}',
    '{"type":"follow_log","level":"loud"}',
    '{"type":"run"}',
  ])("closes on what is not its protocol: %j", (text) => {
    const { join } = aFeed();
    const { connection, socket } = join();
    connection.take(text);
    expect(socket.end).toBe(1008);
  });

  test("forgets who left, and leaves nothing behind when it is closed", () => {
    const { join, feed, pictureJson, picture, sink, clock } = aFeed();
    const [gone, there] = [join(), join()];
    gone.connection.leave();
    picture.update({ devices: [aDevice()] });
    feed.close();
    pictureJson.close();
    sink.log.info("after the end");
    picture.update({ devices: [] });
    expect([gone.socket.end, there.socket.end, clock.armed]).toEqual([null, 1001, 0]);
  });
});

describe("on the wire", () => {
  test("a page hears the snapshot, each change and the log it asked for, as the document describes them", async () => {
    const { feed, picture, sink, activity } = await aStage();
    const page = feed();
    expect(await page.next()).toEqual({ type: "snapshot", access: ADMINISTRATOR, ...picture.snapshot() });
    picture.update({ devices: [aDevice({ lock_state: "unlocked" })], removed_accounts: ["home"] });
    expect(await page.next()).toMatchObject({ type: "update", seq: 2, removed: { accounts: ["home"] } });
    activity.add(anEntry());
    expect(await page.next()).toEqual({ type: "activity", entries: activity.entries });
    sink.log.info("heard");
    page.say({ type: "follow_log", level: "info" });
    expect(await page.next()).toMatchObject({ type: "log", records: [{ message: "heard" }] });
  });

  test("many pages hear the same", async () => {
    const { feed, picture } = await aStage();
    const pages = Array.from({ length: 20 }, () => feed());
    await Promise.all(pages.map((page) => page.next()));
    picture.update({ devices: [aDevice({ online: false })] });
    const heard = await Promise.all(pages.map((page) => page.next()));
    expect(heard.filter(({ type, seq }) => type === "update" && seq === 2)).toHaveLength(20);
  });

  test("a message that is too long or no text ends the connection", async () => {
    const { feed } = await aStage();
    const [long, binary] = [feed(), feed()];
    await Promise.all([long.next(), binary.next()]);
    long.say("x".repeat(5000));
    binary.socket.send(Buffer.from('{"type":"unfollow_log"}'), { binary: true });
    expect(await Promise.all([long.closed(), binary.closed()])).toEqual([1009, 1008]);
  });

  test.each([
    ["another site", { Origin: "https://evil.example" }],
    ["a rebound name", { Origin: "http://evil.example", Host: "evil.example" }],
    ["a sandboxed frame", { Origin: "null" }],
  ])("%s is refused before the upgrade", async (_case, headers) => {
    const { feed } = await aStage();
    expect(await feed(headers).refused()).toMatchObject({ status: 403, json: { code: "forbidden" } });
  });

  test("the gateway's own page is let in, here and behind ingress", async () => {
    const { feed, port } = await aStage({ ingressPeer: INGRESS });
    expect((await feed({ Origin: `http://127.0.0.1:${port}` }).next()).type).toBe("snapshot");
    const headers = { Origin: "https://home.example", Host: "home.example", "X-Remote-User-Id": "berta" };
    expect((await feed(headers, INGRESS).next()).type).toBe("snapshot");
  });

  test("asked for as a plain request, it says what it is", async () => {
    const { ask } = await aStage();
    expect((await ask("/api/live")).json).toMatchObject({ status: 400, detail: expect.stringContaining("WebSocket") });
  });
});

/** What a page holds that applies every message it heard. */
function heldDevices(heard: readonly FeedMessage[]): unknown[] {
  const held = new Map<string, unknown>();
  for (const message of heard) {
    const { set, removed } = message as unknown as {
      set?: { devices?: { id: string }[] };
      removed?: { devices?: string[] };
    };
    for (const device of set?.devices ?? []) held.set(device.id, device);
    for (const id of removed?.devices ?? []) held.delete(id);
  }
  return [...held.keys()].sort().map((id) => held.get(id));
}
