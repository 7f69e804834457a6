import type { ActivityEntry, ActivityReader } from "../activity/entry.ts";
import type { Clock } from "../clock.ts";
import { isSameJson } from "../json.ts";
import { GatheredChanges } from "../state/gathered-changes.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { isOnlyOlder, withoutAges } from "../state/ignore-ages.ts";
import type { Change, DeviceState, GatewayState } from "../state/picture.ts";
import type { PublishedChange, SnapshotMessage, UpdateMessage } from "./messages/messages.ts";
import { PART_BYTES, snapshot, update, weigh } from "./messages/messages.ts";
import { ToldCommands } from "./told-commands.ts";
import { UntoldActivity } from "./untold-activity.ts";

export interface PublisherOptions {
  readonly session: string;
  readonly picture: LivePicture;
  readonly activity: Pick<ActivityReader, "follow">;
  readonly clock: Clock;
  /** Sends one message and resolves when Home Assistant has accepted it. */
  readonly send: (message: SnapshotMessage | UpdateMessage) => Promise<unknown>;
  /** Called once when a message was not accepted; the publisher has ended then. */
  readonly onFailure: (error: unknown) => void;
  /** The most messages that may wait for an answer. */
  readonly mostUnanswered?: number;
  readonly partBytes?: number;
}

const MOST_UNANSWERED = 8;
/**
 * Between two snapshots of a session, whatever asks for them: an integration that keeps asking must not cause a loop.
 */
const SNAPSHOT_PACE_MS = 1_000;
/** For ages alone: each of them makes Home Assistant write a state. */
const AGES_PACE_MS = 5 * 60_000;

/**
 * Publishes the live picture in one session: the snapshot, then what changes. Changes of one turn of the event loop go
 * as one update. Whatever would become a backlog (missing answers, an update larger than a snapshot's part) becomes one
 * fresh snapshot instead. That the cloud has reported the same again is not news by itself: such ages go with whatever
 * else happens to a device, and every 5 min. What the activity log gains goes after the states that it is about, and
 * with the next update where a snapshot takes the place of this one.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #waiting: (() => void)[] = [];
  /** What has changed since the last message. */
  readonly #pending = new GatheredChanges();
  #seq = 0;
  #snapshots = 0;
  #unanswered = 0;
  #publishedGateway: GatewayState | null = null;
  /** By id, as Home Assistant has them. */
  readonly #publishedDevices = new Map<string, DeviceState>();
  readonly #toldCommands = new ToldCommands();
  readonly #untoldActivity = new UntoldActivity();
  /** The ages are to be sent, whatever else is. */
  #agesDue = false;
  /** Those of the devices of these accounts are. */
  readonly #agesDueOf = new Set<string>();
  /** A snapshot is due, and changes need not be kept. */
  #stale = true;
  /** Nothing else may be sent between its parts: an update counts from the snapshot's end on. */
  #snapshotOnItsWay = false;
  #lastSnapshot = Number.NEGATIVE_INFINITY;
  #scheduled = false;
  #stopped = false;
  #unsubscribe = (): void => {};
  #unfollow = (): void => {};
  #cancelPace = (): void => {};
  #cancelAges = (): void => {};

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Sends the first snapshot and, from its moment on, what changes. */
  start(): void {
    const { picture, activity } = this.#options;
    this.#unsubscribe = picture.subscribe((change) => this.#note(change));
    this.#unfollow = activity.follow((entries) => {
      this.#untoldActivity.add(entries);
      this.#flushSoon();
    });
    this.#publishAgesLater();
    this.#flush();
  }

  /** Home Assistant has missed something: a fresh snapshot, soon. */
  resync(): void {
    this.#stale = true;
    this.#flush();
  }

  /** Resolves when all that has changed by now has been sent: for a message that must not overtake it. */
  async caughtUp(): Promise<void> {
    this.#flush();
    if (!this.#isCaughtUp) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Sends also what the cloud has only confirmed again of an account's devices: somebody has asked for it. */
  publishAges(account_id: string): void {
    this.#agesDueOf.add(account_id);
    this.#flush();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#unfollow();
    this.#cancelPace();
    this.#cancelAges();
    this.#wake();
  }

  #publishAgesLater(): void {
    this.#cancelAges = this.#options.clock.after(AGES_PACE_MS, () => {
      this.#publishAgesLater();
      this.#agesDue = true;
      this.#flush();
    });
  }

  #note(change: Change): void {
    if (this.#stale) return;
    this.#pending.add(change);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#stopped || this.#snapshotOnItsWay) return;
    if (this.#stale) {
      this.#flushSnapshot();
      return;
    }
    const change = this.#news;
    this.#pending.clear();
    this.#agesDue = false;
    this.#agesDueOf.clear();
    const isBacklog = this.#unanswered >= this.#mostUnanswered;
    const room = this.#partBytes - (change ? weigh(change) : 0);
    if (change && (isBacklog || room < 0)) {
      this.#stale = true;
      this.#flushSnapshot();
      return;
    }
    // No snapshot has what the activity log has gained: it waits for an answer.
    if (isBacklog) return;
    const activity = this.#untoldActivity.take(room, change === null);
    if (change) this.#publish(change, activity);
    else if (activity.length > 0) this.#publish({ set: {}, removed: {} }, activity);
  }

  #publish({ set, removed }: PublishedChange, activity: readonly ActivityEntry[]): void {
    if (set.gateway) this.#publishedGateway = set.gateway;
    for (const device of set.devices ?? []) this.#publishedDevices.set(device.id, device);
    for (const id of removed.devices ?? []) this.#publishedDevices.delete(id);
    this.#toldCommands.told(set.commands ?? []);
    const told = { set: activity.length > 0 ? { ...set, activity } : set, removed };
    void this.#deliver([update(this.#options.session, ++this.#seq, told)]);
  }

  /** Sends the due snapshot once all else is answered and the last one is old enough. */
  #flushSnapshot(): void {
    const { clock, session, picture } = this.#options;
    if (this.#unanswered > 0) return;
    const early = this.#lastSnapshot + SNAPSHOT_PACE_MS - clock.monotonic();
    if (early > 0) {
      this.#cancelPace();
      this.#cancelPace = clock.after(early, () => this.#flush());
      return;
    }
    this.#lastSnapshot = clock.monotonic();
    this.#pending.clear();
    this.#agesDue = false;
    this.#agesDueOf.clear();
    this.#stale = false;
    this.#snapshotOnItsWay = true;
    const commands = this.#toldCommands.recent(picture.commands(), clock.now());
    const whole = { gateway: picture.gateway, accounts: picture.accounts(), devices: picture.devices(), commands };
    this.#toldCommands.told(commands);
    this.#publishedGateway = whole.gateway;
    this.#publishedDevices.clear();
    for (const device of whole.devices) this.#publishedDevices.set(device.id, device);
    const id = `${session}-${++this.#snapshots}`;
    void this.#deliver(snapshot(session, id, this.#seq, whole, this.#partBytes));
  }

  /** Sends each message after the answer to the one before, and then what has changed meanwhile. Never rejects. */
  async #deliver(messages: readonly (SnapshotMessage | UpdateMessage)[]): Promise<void> {
    this.#unanswered += 1;
    try {
      for (const message of messages) {
        if (this.#stopped) return;
        await this.#options.send(message);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#unanswered -= 1;
    this.#snapshotOnItsWay = false;
    this.#flush();
    this.#wake();
  }

  #wake(): void {
    if (!this.#isCaughtUp) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFailure(error);
  }

  get #isCaughtUp(): boolean {
    return this.#stopped || (!this.#stale && !this.#snapshotOnItsWay && this.#news === null);
  }

  /** Those of the pending changes that interest Home Assistant; null when none do. */
  get #news(): PublishedChange | null {
    const areAgesDue = this.#agesDue || this.#agesDueOf.size > 0;
    if (this.#pending.isEmpty && !areAgesDue) return null;
    const { picture } = this.#options;
    const { set: changed = {}, removed = {} } = this.#pending.read() ?? {};
    const gateway = this.#agesDue ? picture.gateway : changed.gateway;
    const devices = (areAgesDue ? picture.devices() : (changed.devices ?? [])).filter((one) => this.#isNews(one));
    const commands = this.#toldCommands.news(changed.commands ?? []);
    const set = {
      ...(gateway && this.#isGatewayNews(gateway) ? { gateway } : {}),
      ...(changed.accounts ? { accounts: changed.accounts } : {}),
      ...(devices.length > 0 ? { devices } : {}),
      ...(commands.length > 0 ? { commands } : {}),
    };
    return Object.keys(set).length + Object.keys(removed).length > 0 ? { set, removed } : null;
  }

  #isNews(device: DeviceState): boolean {
    const published = this.#publishedDevices.get(device.id);
    if (!published) return true;
    const isAgeNews = this.#agesDue || this.#agesDueOf.has(device.account_id);
    return isAgeNews ? !isSameJson(published, device) : !isOnlyOlder(published, device);
  }

  #isGatewayNews(gateway: GatewayState): boolean {
    if (!this.#publishedGateway) return true;
    const [before, now] = [this.#publishedGateway, gateway].map((one) => this.#essence(one));
    return !isSameJson(before, now);
  }

  /** The gateway without its link: Home Assistant is its other end and needs no news of it. */
  #essence(gateway: GatewayState): object {
    return { ...(this.#agesDue ? gateway : withoutAges(gateway)), link: null };
  }

  get #mostUnanswered(): number {
    return this.#options.mostUnanswered ?? MOST_UNANSWERED;
  }

  get #partBytes(): number {
    return this.#options.partBytes ?? PART_BYTES;
  }
}
