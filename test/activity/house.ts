import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ActivityDraft, ActivityEntry, ActivityReader } from "../../src/activity/entry.ts";
import { GATHER_MS, ActivityRecorder } from "../../src/activity/recorder.ts";
import { ActivityStore } from "../../src/activity/store.ts";
import type { ActivityStoreOptions } from "../../src/activity/store.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { CommandState, DeviceState } from "../../src/state/picture.ts";
import { ManualClock } from "../clock.ts";
import { aCommand, aDevice, aGateway } from "../state/models.ts";
import { removeFolder } from "../remove-folder.ts";

/** A folder that is gone when the test is. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "activity-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

export interface LogHouse {
  readonly store: ActivityStore;
  readonly clock: ManualClock;
  readonly secrets: Secrets;
  readonly file: string;
  /** What was logged at `warn` and above, and everything. */
  readonly warnings: () => string[];
  readonly said: () => string[];
}

/** A store on a real file, by a clock that the test moves. */
export function aStore(options: Partial<ActivityStoreOptions> & { readonly folder?: string } = {}): LogHouse {
  const clock = new ManualClock();
  const secrets = options.secrets ?? new Secrets();
  const sink = new LogSink({ level: "trace", secrets, format: "json", write: () => {} });
  const file = options.file ?? join(options.folder ?? aFolder(), "activity.db");
  const store = new ActivityStore({ days: 30, clock, secrets, log: sink.log, ...options, file });
  onTestFinished(() => store.close());
  return {
    store,
    clock: options.clock instanceof ManualClock ? options.clock : clock,
    secrets,
    file,
    warnings: () => sink.tail("warn").map(({ message }) => message),
    said: () => sink.tail().map(({ message }) => message),
  };
}

export interface RecorderHouse extends LogHouse {
  readonly picture: LivePicture;
  readonly recorder: ActivityRecorder;
  /** The front door as the cloud says it now, a second after what was before. */
  readonly says: (part: Partial<DeviceState>) => void;
  readonly command: (part: Partial<CommandState>) => void;
  /** What the log holds, oldest first, once it is written. */
  readonly entries: () => readonly ActivityEntry[];
}

/**
 * A recorder on a real file; `folder` lets a later one go on where an earlier one stopped.
 * @param restored what is in the picture already when it begins
 */
export function aRecorder(
  options: Partial<ActivityStoreOptions> & { readonly folder?: string } = {},
  ...restored: readonly DeviceState[]
): RecorderHouse {
  const house = aStore(options);
  const { store, clock } = house;
  const picture = new LivePicture(aGateway());
  picture.update({ devices: restored });
  const recorder = new ActivityRecorder({ picture, store, clock });
  recorder.start();
  onTestFinished(() => recorder.stop());
  return {
    ...house,
    picture,
    recorder,
    says: (part) => {
      clock.advance(1000);
      picture.update({ devices: [said(part, clock.now())] });
    },
    command: (part) => {
      clock.advance(1000);
      const times = { requested_at: clock.now(), sent_at: clock.now() };
      picture.update({ commands: [aCommand({ ...times, ended_at: null, outcome: null, took_ms: null, ...part })] });
    },
    entries: () => {
      clock.advance(GATHER_MS);
      return store.page({ limit: 500 }).entries.toReversed();
    },
  };
}

/** A lock of which the cloud has just said every value that it has. */
export function said(part: Partial<DeviceState>, at: number): DeviceState {
  const said_at = { online: at, lock_state: at, lock_mode: at, door_state: at, battery: at };
  return aDevice({ said_at, confirmed_at: at, ...part });
}

export function anEntry(part: Partial<ActivityDraft> = {}): ActivityDraft {
  return {
    at: Date.UTC(2026, 10, 21, 12),
    kind: "state_changed",
    device_id: "door",
    device_name: "Front door",
    account_id: "home",
    value: "lock_state",
    from: "locked",
    to: "unlocked",
    cause: "poll",
    command: null,
    ...part,
  };
}

/** An entry that is an event of its own. */
export function numbered(id: number, draft: ActivityDraft, event = id): ActivityEntry {
  return { id, event, ...draft };
}

/** A log in memory, for those who read one. */
export class MemoryActivity implements ActivityReader {
  readonly entries: ActivityEntry[] = [];
  readonly #followers = new Set<(entries: readonly ActivityEntry[]) => void>();

  add(...drafts: readonly ActivityDraft[]): void {
    const entries = drafts.map((draft, index) => numbered(this.entries.length + index + 1, draft));
    this.entries.push(...entries);
    for (const follower of this.#followers) follower(entries);
  }

  page(): { entries: ActivityEntry[]; next: null } {
    return { entries: this.entries.toReversed(), next: null };
  }

  events(): ActivityEntry[] {
    return this.entries.toReversed();
  }

  after(): number {
    return this.entries.length + 1;
  }

  newest(): ActivityEntry[] {
    return this.entries;
  }

  follow(follower: (entries: readonly ActivityEntry[]) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  get followers(): number {
    return this.#followers.size;
  }
}

/** Bytes of the file and of what stands beside it. */
export function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}
