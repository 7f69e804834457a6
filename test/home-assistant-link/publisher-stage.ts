import type { SnapshotMessage, UpdateMessage } from "../../src/home-assistant/messages/messages.ts";
import { Publisher } from "../../src/home-assistant/publisher.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { MemoryActivity } from "../activity/house.ts";
import { ManualClock } from "../clock.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";

/**
 * A publisher with a picture of two doors before it, and a Home Assistant behind it that answers when a test lets it.
 */
export class PublisherStage {
  readonly clock = new ManualClock();
  readonly picture = new LivePicture(aGateway());
  readonly activity = new MemoryActivity();
  readonly sent: (SnapshotMessage | UpdateMessage)[] = [];
  /** The answers that Home Assistant has not given yet, oldest first. */
  readonly owed: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly failures: unknown[] = [];

  constructor() {
    this.picture.update({ accounts: [anAccount()], devices: [aDevice({ id: "a" }), aDevice({ id: "b" })] });
    this.picture.update({
      gateway: { clouds: { home: { online: true, error: null, last_success_at: 0, devices_known: true } } },
    });
  }

  begin(options: { partBytes?: number; mostUnanswered?: number } = {}): Publisher {
    const publisher = new Publisher({
      session: "s",
      picture: this.picture,
      activity: this.activity,
      clock: this.clock,
      send: (message) => {
        this.sent.push(message);
        return new Promise<void>((resolve, reject) => {
          this.owed.push({ resolve, reject });
        });
      },
      onFailure: (error) => this.failures.push(error),
      ...options,
    });
    publisher.start();
    return publisher;
  }

  /** The cloud has reported of every device at `at` what it had reported before. */
  grow(at: number): void {
    const devices = this.picture.devices().map((one) => ({ ...one, said_at: { lock_state: at }, confirmed_at: at }));
    this.picture.update({
      devices,
      gateway: { clouds: { home: { online: true, error: null, last_success_at: at, devices_known: true } } },
    });
  }

  setName(id: string, name: string): void {
    this.picture.update({ devices: [aDevice({ id, name })] });
  }

  updates(): UpdateMessage[] {
    return this.sent.filter((message) => message.type === "utec_gateway/update");
  }

  snapshots(): SnapshotMessage[] {
    return this.sent.filter((message) => message.type === "utec_gateway/snapshot");
  }

  /** Home Assistant answers until nothing is left to answer. */
  async answerAll(): Promise<void> {
    await turn();
    while (this.owed.length > 0) {
      this.owed.shift()?.resolve();
      await turn();
    }
  }
}

/** One turn of the event loop, and all that it begins. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
