import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Publisher } from "../../src/home-assistant/publisher.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { manyHomes } from "../../src/simulator/devices/many-homes.ts";
import type { FaultKind } from "../../src/simulator/faults/fault.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import { Commands } from "../../src/utec/commands/commands.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import { ManualClock } from "../clock.ts";
import { aGateway, anAccount } from "../state/models.ts";
import { SeededRandom } from "./chance.ts";
import { MemoryCloud } from "./memory-cloud.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const USERS = 5;
const LOCKS = 50;
const SEED = 20261121;
/** More than a garbage collector leaves lying about; a hundred bytes for each of the day's requests would show. */
const GROWTH_MB = 2;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The rooms of the gateway from the cloud to Home Assistant, in a time that passes by itself. */
class Day {
  readonly clock = new ManualClock();
  readonly random = new SeededRandom(SEED);
  readonly homes = manyHomes(LOCKS, USERS);
  readonly picture = new LivePicture(aGateway());
  readonly cloud = new MemoryCloud({ clock: this.clock, random: this.random, homes: this.homes });
  readonly poller: Poller;
  readonly commands: Commands;
  /** Messages to Home Assistant, and the devices in them. */
  readonly published = { messages: 0, devices: 0 };
  readonly outcomes = new Map<string, number>();
  mostTimers = 0;
  readonly #publisher: Publisher;
  commanded = 0;

  constructor() {
    const { clock, cloud, picture, random } = this;
    const secrets = new Secrets();
    const { log } = new LogSink({ level: "fatal", secrets, format: "text", write: () => {} });
    const { tokens, transport } = cloud;
    const client = new UtecClient({
      actionUrl: () => "http://cloud.test/action",
      tokens,
      transport,
      secrets,
      clock,
      random,
    });
    this.poller = new Poller({ client, picture, clock, random: () => random.fraction(), log });
    this.commands = new Commands({ client, poller: this.poller, picture, clock, random, log });
    this.#publisher = new Publisher({
      session: "s",
      picture,
      activity: { follow: () => () => {} },
      clock,
      send: (message) => {
        this.published.messages += 1;
        this.published.devices +=
          message.type === "utec_gateway/snapshot" ? message.devices.length : (message.set.devices ?? []).length;
        return Promise.resolve();
      },
      onFailure: (error) => {
        throw error;
      },
    });
  }

  get requests(): number {
    const { actions } = this.cloud.control.counters();
    return Object.values(actions)
      .flatMap((outcomes) => Object.values(outcomes))
      .reduce((sum, times) => sum + times, 0);
  }

  start(): void {
    this.picture.update({
      accounts: this.homes.users.map(({ id, first_name }) => anAccount({ id, name: first_name })),
    });
    this.poller.start();
    this.#publisher.start();
  }

  async stop(): Promise<void> {
    const stopped = this.commands.stop();
    this.#publisher.stop();
    this.poller.stop();
    this.cloud.close();
    await stopped;
  }

  /** Lets time pass from timer to timer, with room for what each of them sets off. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    while ((this.clock.nextIn ?? Infinity) <= end - this.clock.monotonic()) {
      this.clock.advance(this.clock.nextIn ?? 0);
      await new Promise(setImmediate);
      this.mostTimers = Math.max(this.mostTimers, this.clock.armed);
    }
    this.clock.advance(end - this.clock.monotonic());
  }

  /** An hour of a house: some commands, and turns of a key by hand. */
  async hour(): Promise<void> {
    for (let part = 0; part < 12; part += 1) {
      this.#command();
      this.#turnByHand();
      await this.pass(5 * MINUTE);
    }
  }

  fault(kind: FaultKind, times: number): void {
    this.cloud.control.fault({ where: "action", kind, times });
  }

  async outage(ms: number): Promise<void> {
    this.cloud.control.set({ outage: true });
    await this.pass(ms);
    this.cloud.control.set({ outage: false });
  }

  /** What lives, with nothing in it that the measuring needs itself. */
  heapMb(): number {
    this.cloud.forget();
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  }

  #command(): void {
    const device_id = this.#anyLock();
    const name = this.random.fraction() < 0.5 ? "lock" : "unlock";
    this.commanded += 1;
    const origin = { kind: "home_assistant", name: "Ann", automation: false } as const;
    this.commands
      .submit({ device_id, name, origin, id: `command ${this.commanded}` })
      .then(({ id }) => this.commands.ended(id))
      .then(
        ({ outcome }) => this.#ended(outcome ?? "none"),
        () => this.#ended("not accepted"),
      );
  }

  #ended(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  #turnByHand(): void {
    const lock_state = this.random.fraction() < 0.5 ? "Locked" : "Unlocked";
    this.cloud.control.change({ device_id: this.#anyLock(), states: { lock_state } });
  }

  #anyLock(): string {
    const { devices } = this.homes;
    return devices[Math.floor(this.random.fraction() * devices.length)]?.id ?? "";
  }
}

test("a day of polling leaves memory flat and no timer over, and asks no more than it said", async () => {
  const day = new Day();
  const { picture, clock, cloud, homes } = day;
  const [first, second] = homes.users;
  let requests = 0;
  day.start();
  await day.hour();
  await day.hour();
  requests += day.requests;
  const heapBefore = day.heapMb();

  // A night: the machine sleeps, the cloud is away, somebody sets the time.
  await day.hour();
  clock.sleep(6 * HOUR);
  await day.hour();
  await day.outage(40 * MINUTE);
  await day.hour();
  clock.jump(-2 * HOUR);
  await day.hour();
  clock.jump(2 * HOUR);

  // A morning of faults.
  for (const kind of ["http_500", "html", "empty_400", "hang", "lost_after", "rate_limited", "garbage"] as const) {
    day.fault(kind, 20);
    await day.hour();
  }
  cloud.control.clearFaults();
  cloud.control.expire();
  await day.hour();

  // A lock is gone for two hours, a person has to sign in again, the cloud takes shorter queries only.
  const [lock] = homes.devices;
  cloud.control.change({ device_id: lock?.id ?? "", behaviour: { hidden_in: ["discovery", "query"] } });
  await day.hour();
  await day.hour();
  expect(picture.devices().filter(({ trouble }) => trouble === "missing")).toHaveLength(1);
  cloud.control.change({ device_id: lock?.id ?? "", behaviour: { hidden_in: [] } });
  picture.update({ accounts: [anAccount({ id: first?.id ?? "", status: "sign_in_needed" })] });
  await day.hour();
  picture.update({ accounts: [anAccount({ id: first?.id ?? "" })] });
  picture.update({ removed_accounts: [second?.id ?? ""] });
  await day.hour();
  picture.update({ accounts: [anAccount({ id: second?.id ?? "" })] });
  cloud.control.set({ query_limit: 3 });
  await day.hour();
  cloud.control.set({ query_limit: 0 });

  requests += day.requests;
  const heapAfter = day.heapMb();
  expect(clock.uptime()).toBeGreaterThan(24 * HOUR);
  expect(picture.devices()).toHaveLength(LOCKS);
  expect(picture.devices().filter(({ freshness, trouble }) => freshness !== "fresh" || trouble !== null)).toEqual([]);
  expect(heapAfter - heapBefore).toBeLessThan(GROWTH_MB);
  expect(day.mostTimers).toBeLessThan(50);
  expect(cloud.atOnce.get("Uhome.Device/Query")).toBe(1);
  expect(cloud.atOnce.get("Uhome.Device/Discovery")).toBe(1);
  expect([...day.outcomes.values()].reduce((sum, times) => sum + times, 0)).toBe(day.commanded);
  expect(day.outcomes.get("confirmed")).toBeGreaterThan(0.8 * day.commanded);

  const polls = (clock.monotonic() / (30 * 1000)) * USERS;
  // A minute of polls each 5 s and a handful of reads after each command; one hour in which a poll is four requests.
  expect(requests).toBeLessThan(polls + 20 * day.commanded + (HOUR / 30_000) * USERS * 4);
  // What changed, and all ages each 5 min: a tenth of what the polls said.
  expect(day.published.devices).toBeLessThan((polls / USERS) * LOCKS * 0.15);

  await day.stop();
  await day.pass(0);
  expect(clock.armed).toBe(0);
  const asked = day.requests;
  await day.pass(HOUR);
  expect(day.requests).toBe(asked);
}, 120_000);
