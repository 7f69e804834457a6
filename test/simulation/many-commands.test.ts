import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Publisher } from "../../src/home-assistant/publisher.ts";
import { accessOf } from "../../src/http/access/rights.ts";
import type { Access } from "../../src/http/access/rights.ts";
import { LiveFeed } from "../../src/http/live/live-feed.ts";
import { PictureJson } from "../../src/http/api/picture-json.ts";
import { LogSink, TAIL_RECORDS } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { manyHomes } from "../../src/simulator/devices/many-homes.ts";
import { COMMANDS_KEPT } from "../../src/state/live-picture.ts";
import type { CommandState } from "../../src/state/picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import { Commands } from "../../src/utec/commands/commands.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import { aRecorder } from "../activity/house.ts";
import { anAccount } from "../state/models.ts";
import { SeededRandom } from "./chance.ts";
import { MemoryCloud } from "./memory-cloud.ts";

const LOCKS = 320;
const ROUNDS = 32;
/** Each command is asked for twice, by ids of their own: the second joins the first. */
const COMMANDS = LOCKS * ROUNDS;
const ROUND_MS = 10_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("of 10,000 commands the gateway keeps the latest 100", async () => {
  // Everybody who hears of commands: the activity log on a real file, a page on the live feed, Home Assistant.
  const { picture, clock, recorder } = aRecorder();
  const random = new SeededRandom(1);
  const homes = manyHomes(LOCKS);
  const cloud = new MemoryCloud({ clock, random, homes, settings: { settle_ms: 0 } });
  const secrets = new Secrets();
  const sink = new LogSink({ level: "info", secrets, format: "text", write: () => {} });
  const { log } = sink;
  const { tokens, transport } = cloud;
  const client = new UtecClient({
    actionUrl: () => "http://cloud.test/action",
    tokens,
    transport,
    secrets,
    clock,
    random,
  });
  const poller = new Poller({ client, picture, clock, random: () => random.fraction(), log });
  const commands = new Commands({ client, poller, picture, clock, random, log });
  const feed = new LiveFeed({ picture, pictureJson: new PictureJson(picture), sink, activity: recorder, clock });
  const access = accessOf("administrator", false);
  const ask = (): Promise<Access> => Promise.resolve(access);
  feed.join({ bufferedAmount: 0, send: () => {}, close: () => {}, terminate: () => {} }, { access, ask });
  const publisher = new Publisher({
    session: "s",
    picture,
    activity: recorder,
    clock,
    send: () => Promise.resolve(),
    onFailure: (error) => {
      throw error;
    },
  });
  const pass = async (ms: number): Promise<void> => {
    const end = clock.monotonic() + ms;
    while ((clock.nextIn ?? Infinity) <= end - clock.monotonic()) {
      clock.advance(clock.nextIn ?? 0);
      await new Promise(setImmediate);
    }
    clock.advance(end - clock.monotonic());
  };

  const records: WeakRef<CommandState>[] = [];
  const seen = new WeakSet<CommandState>();
  let confirmed = 0;
  picture.subscribe(({ set }) => {
    for (const command of set.commands ?? []) {
      if (seen.has(command)) continue;
      seen.add(command);
      records.push(new WeakRef(command));
      if (command.outcome === "confirmed") confirmed += 1;
    }
  });
  picture.update({ accounts: homes.users.map(({ id }) => anAccount({ id })) });
  poller.start();
  publisher.start();
  await pass(60_000);
  expect(picture.devices()).toHaveLength(LOCKS);

  const origin = { kind: "home_assistant", name: "Ann", automation: false } as const;
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = round % 2 === 0 ? "unlock" : "lock";
    for (const [index, { id: device_id }] of homes.devices.entries()) {
      const id = `${round * LOCKS + index}`;
      void commands.submit({ device_id, name, origin, id });
      void commands.submit({ device_id, name, origin, id: `${id} again` });
    }
    await pass(ROUND_MS);
    cloud.forget();
  }
  expect(confirmed).toBe(COMMANDS);

  // The next minute's polls bring what a lock may still show.
  await pass(90_000);
  collectGarbage();
  await new Promise(setImmediate);
  collectGarbage();
  const kept = records.filter((record) => record.deref() !== undefined).length;
  expect(records.length).toBeGreaterThan(3 * COMMANDS);
  expect(kept).toBeLessThanOrEqual(COMMANDS_KEPT);
  const found = Array.from({ length: COMMANDS }, (_, n) => [`${n}`, `${n} again`])
    .flat()
    .filter((id) => commands.find(id) !== undefined);
  expect(found.length).toBeLessThanOrEqual(2 * COMMANDS_KEPT);
  expect(picture.commands()).toHaveLength(COMMANDS_KEPT);
  expect(sink.tail()).toHaveLength(TAIL_RECORDS);

  const stopped = commands.stop();
  publisher.stop();
  poller.stop();
  feed.close();
  cloud.close();
  await stopped;
});
