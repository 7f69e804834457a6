import type { Clock } from "../clock.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { AccountState, Change, DeviceState, GatewayState } from "../state/picture.ts";
import type { PublishedChange, SnapshotMessage, UpdateMessage } from "./messages.ts";
import { PART_BYTES, snapshot, update, weigh } from "./messages.ts";

export interface PublisherOptions {
  readonly session: string;
  readonly picture: LivePicture;
  readonly clock: Clock;
  /** Sends one message and resolves when Home Assistant has taken it. */
  readonly send: (message: SnapshotMessage | UpdateMessage) => Promise<unknown>;
  /** Told once when a message was not taken; the publisher is over then. */
  readonly onFailure: (error: unknown) => void;
  /** The most messages that wait for an answer. */
  readonly mostUnanswered?: number;
  readonly partBytes?: number;
}

const MOST_UNANSWERED = 8;
/** Between two snapshots of a session, whatever asks for them: an integration that never has enough must not spin. */
const SNAPSHOT_PACE_MS = 1_000;

/**
 * Carries the live picture into one session: the snapshot, then what changes. Changes of one turn of the event loop go
 * as one update. Whatever would become a backlog (answers that do not come, an update heavier than a snapshot's part)
 * becomes one fresh snapshot instead.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #pending = new Pending();
  readonly #waiting: (() => void)[] = [];
  #seq = 0;
  #snapshots = 0;
  #unanswered = 0;
  #publishedGateway = "";
  /** A snapshot is owed, and changes need not be kept. */
  #stale = true;
  /** Between its parts nothing else may go: an update counts from the snapshot's end on. */
  #snapshotOnItsWay = false;
  #lastSnapshot = Number.NEGATIVE_INFINITY;
  #scheduled = false;
  #stopped = false;
  #unsubscribe = (): void => {};
  #cancelPace = (): void => {};

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Sends the first snapshot and, from its moment on, what changes. */
  start(): void {
    this.#unsubscribe = this.#options.picture.subscribe((change) => this.#note(change));
    this.#flush();
  }

  /** Home Assistant has missed something: a fresh snapshot, soon. */
  resync(): void {
    this.#stale = true;
    this.#flush();
  }

  /** Resolves when all that has changed by now is on its way: for a message that must not overtake it. */
  async caughtUp(): Promise<void> {
    this.#flush();
    if (!this.#isCaughtUp) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelPace();
    this.#wake();
  }

  #note(change: Change): void {
    if (this.#stale) return;
    const { gateway } = change.set;
    const gatewayChanged = gateway !== undefined && essence(gateway) !== this.#publishedGateway;
    if (!this.#pending.take(change, gatewayChanged) || this.#scheduled) return;
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
    const change = this.#pending.peek();
    if (!change) return;
    if (this.#unanswered >= this.#mostUnanswered || weigh(change) > this.#partBytes) {
      this.#stale = true;
      this.#flushSnapshot();
      return;
    }
    this.#pending.clear();
    if (change.set.gateway) this.#publishedGateway = essence(change.set.gateway);
    void this.#deliver([update(this.#options.session, ++this.#seq, change)]);
  }

  /** Sends the owed snapshot once all else is answered and the last one is old enough. */
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
    this.#stale = false;
    this.#snapshotOnItsWay = true;
    const whole = { gateway: picture.gateway, accounts: picture.accounts(), devices: picture.devices() };
    this.#publishedGateway = essence(whole.gateway);
    const id = `${session}-${++this.#snapshots}`;
    void this.#deliver(snapshot(session, id, this.#seq, whole, this.#partBytes));
  }

  /** Sends one message after the other's answer, and then what has come up meanwhile. Never rejects. */
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
    return this.#stopped || (!this.#stale && !this.#snapshotOnItsWay && this.#pending.peek() === null);
  }

  get #mostUnanswered(): number {
    return this.#options.mostUnanswered ?? MOST_UNANSWERED;
  }

  get #partBytes(): number {
    return this.#options.partBytes ?? PART_BYTES;
  }
}

/** What has changed since the last message: the newest of each object, so never more than the picture itself. */
class Pending {
  #gateway: GatewayState | undefined;
  readonly #accounts = new Map<string, AccountState | null>();
  readonly #devices = new Map<string, DeviceState | null>();

  /** False when nothing in `change` is of interest to Home Assistant. */
  take({ set, removed }: Change, withGateway: boolean): boolean {
    if (withGateway) this.#gateway = set.gateway;
    for (const account of set.accounts ?? []) this.#accounts.set(account.id, account);
    for (const device of set.devices ?? []) this.#devices.set(device.id, device);
    for (const id of removed.accounts ?? []) this.#accounts.set(id, null);
    for (const id of removed.devices ?? []) this.#devices.set(id, null);
    return this.#gateway !== undefined || this.#accounts.size > 0 || this.#devices.size > 0;
  }

  peek(): PublishedChange | null {
    if (!this.#gateway && this.#accounts.size === 0 && this.#devices.size === 0) return null;
    const accounts = split(this.#accounts);
    const devices = split(this.#devices);
    return {
      set: {
        ...(this.#gateway ? { gateway: this.#gateway } : {}),
        ...(accounts.set.length > 0 ? { accounts: accounts.set } : {}),
        ...(devices.set.length > 0 ? { devices: devices.set } : {}),
      },
      removed: {
        ...(accounts.removed.length > 0 ? { accounts: accounts.removed } : {}),
        ...(devices.removed.length > 0 ? { devices: devices.removed } : {}),
      },
    };
  }

  clear(): void {
    this.#gateway = undefined;
    this.#accounts.clear();
    this.#devices.clear();
  }
}

function split<T>(objects: ReadonlyMap<string, T | null>): { set: T[]; removed: string[] } {
  const set: T[] = [];
  const removed: string[] = [];
  for (const [id, object] of objects) {
    if (object === null) removed.push(id);
    else set.push(object);
  }
  return { set, removed };
}

/** The gateway without its link: Home Assistant is the other end of that and needs no news of it. */
function essence(gateway: GatewayState): string {
  return JSON.stringify({ ...gateway, link: null });
}
