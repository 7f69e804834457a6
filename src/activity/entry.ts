import type { Color, CommandOrigin, CommandState, DeviceValue } from "../state/picture.ts";

/** What may have happened to a device. */
export const ACTIVITY_KINDS = [
  "state_changed",
  "command_ended",
  "device_added",
  "device_missing",
  "device_found",
  "device_removed",
  "device_available",
  "device_unavailable",
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/**
 * What caused a change of state: a command of ours, or somebody or something else, as seen in a poll or a push. The
 * cloud does not report who turned a key or typed a code.
 */
export const ACTIVITY_CAUSES = ["command", "poll", "push"] as const;
export type ActivityCause = (typeof ACTIVITY_CAUSES)[number];

/** A value of a device as the log shows it. */
export type ActivityValue = string | number | boolean | Color;

/** The command behind an entry, as it was then: one in progress has no outcome yet. */
export type ActivityCommand = Pick<CommandState, "id" | "name" | "args" | "origin" | "outcome" | "took_ms" | "error">;

/** One line of the activity log. */
export interface ActivityEntry {
  /** Grows with time, and is never used twice. */
  readonly id: number;
  /** The event that it belongs to: the `id` of that event's first entry. */
  readonly event: number;
  /** When the gateway learnt it; epoch ms. */
  readonly at: number;
  readonly kind: ActivityKind;
  readonly device_id: string;
  /** The device's name at that time; empty where none is known. */
  readonly device_name: string;
  /** The account that served the device then; null where that is not known. */
  readonly account_id: string | null;
  /** What changed, of `state_changed`; else null. */
  readonly value: DeviceValue | null;
  /** What it was before; null where nothing is known of it. */
  readonly from: ActivityValue | null;
  /** What it is now; of `device_unavailable` the trouble that makes it so. */
  readonly to: ActivityValue | null;
  readonly cause: ActivityCause | null;
  readonly command: ActivityCommand | null;
}

/** An entry that has no number yet, and is of no event. */
export type ActivityDraft = Omit<ActivityEntry, "id" | "event">;

/** Some entries, newest first. */
export interface ActivityPage {
  readonly entries: readonly ActivityEntry[];
  /** What to ask for as `before` to read on; null at the end. */
  readonly next: number | null;
}

/** In one page; and where nothing is said of it. */
export const MOST_ENTRIES = 500;
export const USUAL_ENTRIES = 100;

export interface ActivityQuery {
  readonly device_id?: string | undefined;
  readonly kinds?: readonly ActivityKind[] | undefined;
  /** Only entries with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Where the events of devices are read, in whole ones. */
export interface EventRows {
  /**
   * The entries of the newest events that begin before entry `before`, newest event first, each with all of its entries,
   * oldest first. Fewer than `limit` events: there are no more.
   * @throws Problem `store_failed` while the log can't be read
   */
  events(wish: {
    readonly before: number;
    readonly limit: number;
    readonly device_id?: string | undefined;
  }): ActivityEntry[];
  /** One more than the number of the last entry from before `at`. @throws Problem `store_failed` */
  after(at: number): number;
  /** The newest entries of each device, `each` at most, oldest first. @throws Problem `store_failed` */
  newest(each: number): ActivityEntry[];
}

/** Reads the log, and follows what is new in it. */
export interface ActivityReader extends EventRows {
  /** @throws Problem `store_failed` while the log can't be read */
  page(query: ActivityQuery): ActivityPage;
  /** Calls `follower` with new entries, oldest first; returns a function that ends this. */
  follow(follower: (entries: readonly ActivityEntry[]) => void): () => void;
}

/** Of an entry what tells how a door was. */
export interface DoorChange extends Pick<ActivityEntry, "id" | "at" | "kind" | "value" | "from" | "to" | "cause"> {
  /** Who asked for it, where a command did. */
  readonly by: CommandOrigin | null;
}

/** How far back the log goes. */
export interface LogReach {
  /** Null while it is empty. */
  readonly oldest_at: number | null;
  /** True: what is older went by its age alone, and not to make room. */
  readonly whole: boolean;
}

/** Reads what the log has of doors, a part at a time. */
export interface DoorLog {
  /**
   * What changed a door's bolt, its leaf or its reach, oldest first, after the entry `after`; as many as there are at
   * most.
   * @throws Problem `store_failed`
   */
  doorChanges(device_id: string, after: number, limit: number): readonly DoorChange[];
  /** @throws Problem `store_failed` */
  reach(): LogReach;
}
