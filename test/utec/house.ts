import { onTestFinished, vi } from "vitest";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import type { LogRecord } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { Change, CommandName, CommandState, DeviceState } from "../../src/state/picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import type { CommandRequest } from "../../src/utec/commands/command-api.ts";
import type { Confirmation } from "../../src/utec/commands/confirmation.ts";
import { Commands } from "../../src/utec/commands/commands.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import type { PollerOptions } from "../../src/utec/polling/poller.ts";
import { Transport } from "../../src/utec/cloud/transport.ts";
import type { TransportAnswer, TransportRequest } from "../../src/utec/cloud/transport.ts";
import { ManualClock } from "../clock.ts";
import { aGateway, anAccount } from "../state/models.ts";
import { DEFERRED, TinyCloud, TinyKeeper, lockStates } from "./tiny-cloud.ts";

/** A room of the gateway against a tiny cloud with two locks, in a time that the test moves. */
export interface House {
  readonly cloud: TinyCloud;
  readonly keeper: TinyKeeper;
  readonly clock: ManualClock;
  readonly picture: LivePicture;
  readonly poller: Poller;
  readonly commands: Commands;
  /** What the cloud says of each device: change it, and the next query tells. */
  readonly states: Map<string, unknown>;
  readonly changes: Change[];
  device(id: string): DeviceState;
  log(): LogRecord[];
  submit(device_id: string, name: CommandName, part?: Partial<CommandRequest>): Promise<CommandState>;
  /** Resolves when every answer that will come has come, and has had its consequences. */
  quiet(): Promise<void>;
  /** Lets time pass from timer to timer, with room for real answers in between. */
  pass(ms: number): Promise<void>;
}

class CountingTransport extends Transport {
  underWay = 0;

  override async post(url: URL, request: TransportRequest): Promise<TransportAnswer> {
    this.underWay += 1;
    try {
      return await super.post(url, request);
    } finally {
      this.underWay -= 1;
    }
  }
}

export const LOCK_RECORDS = [
  { id: "front", name: "Front door", category: "SmartLock", handleType: "utec-lock" },
  { id: "garden", name: "Garden door", category: "SmartLock", handleType: "utec-lock-sensor", customData: { k: 1 } },
];

export interface HouseRules extends Pick<PollerOptions, "arrangement" | "freshness" | "push" | "memory"> {
  /** Where the house is not the first one on its machine. */
  readonly clock?: ManualClock;
  readonly confirmation?: Partial<Confirmation>;
}

export async function aHouse({
  confirmation = {},
  clock = new ManualClock(),
  ...rules
}: HouseRules = {}): Promise<House> {
  const cloud = await TinyCloud.start();
  const keeper = new TinyKeeper();
  const transport = new CountingTransport();
  const secrets = new Secrets();
  const sink = new LogSink({ level: "debug", secrets, format: "text", write: () => {} });
  const picture = new LivePicture(aGateway());
  const changes: Change[] = [];
  picture.subscribe((change) => changes.push(change));
  const { url } = cloud;
  const client = new UtecClient({
    actionUrl: () => url,
    tokens: keeper,
    transport,
    secrets,
    clock,
    random: systemRandom,
  });
  const poller = new Poller({ client, picture, clock, random: () => 0.5, log: sink.log, intervalMs: 30_000, ...rules });
  const commands = new Commands({ client, poller, picture, clock, random: systemRandom, log: sink.log, confirmation });
  onTestFinished(async () => {
    await commands.stop();
    poller.stop();
    transport.close();
  });

  const states = new Map<string, unknown>([
    ["front", lockStates("Locked")],
    ["garden", lockStates("Unlocked")],
  ]);
  cloud.on("Discovery", { payload: { devices: LOCK_RECORDS } });
  cloud.on("Query", ({ deviceIds }) => ({
    payload: { devices: deviceIds.filter((id) => states.has(id)).map((id) => ({ id, states: states.get(id) })) },
  }));

  const quiet = async (): Promise<void> => {
    // A consequence may be the next request, so it must be quiet for some turns in a row.
    for (let turns = 0; turns < 5; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.waitUntil(() => transport.underWay === cloud.hanging, { interval: 1, timeout: 5000 });
    }
  };

  return {
    cloud,
    keeper,
    clock,
    picture,
    poller,
    commands,
    states,
    changes,
    log: () => sink.tail("info"),
    device: (id) => {
      const device = picture.device(id);
      if (!device) throw new Error(`There is no device ${id} in the picture.`);
      return device;
    },
    submit: (device_id, name, part = {}) =>
      commands.submit({ device_id, name, origin: { kind: "page", name: null, automation: false }, ...part }),
    quiet,
    pass: async (ms) => {
      const end = clock.monotonic() + ms;
      while ((clock.nextIn ?? Infinity) <= end - clock.monotonic()) {
        clock.advance(clock.nextIn ?? 0);
        await quiet();
      }
      clock.advance(end - clock.monotonic());
    },
  };
}

/** A house whose first device list and poll are done. */
export async function aLivedInHouse(rules: HouseRules = {}): Promise<House> {
  const house = await aHouse(rules);
  house.poller.start();
  house.picture.update({ accounts: [anAccount({ id: "home", name: "Home" })] });
  await house.pass(0);
  return house;
}

/** A device list each hour for so long, of a machine that sleeps in between. A day of them begins with the first. */
export async function listsForHours(house: House, hours: number): Promise<void> {
  for (let hour = 0; hour <= hours; hour += 1) {
    if (hour > 0) house.clock.sleep(3_600_000);
    house.poller.listDevices();
    await house.pass(5000);
  }
}

/** A house whose cloud accepts commands and does nothing by itself. */
export async function aPatientHouse(): Promise<House> {
  const house = await aLivedInHouse();
  house.cloud.on("Command", ({ deviceIds }) => ({
    payload: { devices: deviceIds.map((id) => ({ id, states: DEFERRED })) },
  }));
  return house;
}

/** The command's end: its record, and how many seconds of waiting it took. */
export async function endOf(house: House, id: string): Promise<CommandState & { seconds: number }> {
  const from = house.clock.monotonic();
  await house.quiet();
  while (house.picture.command(id)?.ended_at === null) await house.pass(100);
  const seconds = (house.clock.monotonic() - from) / 1000;
  return { ...(await house.commands.ended(id)), seconds };
}
