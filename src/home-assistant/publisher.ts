import type { Clock } from "../clock.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { mergeChanges } from "../state/merge-changes.ts";
import type { Change, GatewayState } from "../state/picture.ts";
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
  readonly #waiting: (() => void)[] = [];
  /** What has changed since the last message. */
  #pending: Change | null = null;
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
    this.#pending = this.#pending ? mergeChanges(this.#pending, change) : change;
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
    this.#pending = null;
    if (!change) return;
    if (this.#unanswered >= this.#mostUnanswered || weigh(change) > this.#partBytes) {
      this.#stale = true;
      this.#flushSnapshot();
      return;
    }
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
    this.#pending = null;
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
    return this.#stopped || (!this.#stale && !this.#snapshotOnItsWay && this.#news === null);
  }

  /** What of the pending changes is of interest to Home Assistant; null when nothing is. */
  get #news(): PublishedChange | null {
    if (!this.#pending) return null;
    const { gateway, accounts, devices } = this.#pending.set;
    const { removed } = this.#pending;
    const set = {
      ...(gateway && essence(gateway) !== this.#publishedGateway ? { gateway } : {}),
      ...(accounts ? { accounts } : {}),
      ...(devices ? { devices } : {}),
    };
    return Object.keys(set).length + Object.keys(removed).length > 0 ? { set, removed } : null;
  }

  get #mostUnanswered(): number {
    return this.#options.mostUnanswered ?? MOST_UNANSWERED;
  }

  get #partBytes(): number {
    return this.#options.partBytes ?? PART_BYTES;
  }
}

/** The gateway without its link: Home Assistant is the other end of that and needs no news of it. */
function essence(gateway: GatewayState): string {
  return JSON.stringify({ ...gateway, link: null });
}
