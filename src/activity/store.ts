import type { Clock } from "../clock.ts";
import type { Log, Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import { SideTable, diskCode, openSideDatabase } from "../side-database.ts";
import type { CommandState } from "../state/picture.ts";
import type {
  ActivityDraft,
  ActivityEntry,
  ActivityPage,
  ActivityQuery,
  DoorChange,
  DoorLog,
  EventRows,
  LogReach,
} from "./entry.ts";
import { Fold } from "./fold.ts";
import { ACTIVITY_SHAPE, ActivityTable } from "./table.ts";
import type { LastLoggedRow } from "./table.ts";
import type { LastLogged } from "./last-logged.ts";
import { phrase } from "../said/phrase.ts";

export interface ActivityStoreOptions {
  /** `activity.db` in the data folder. */
  readonly file: string;
  /** How long entries are kept. */
  readonly days: number;
  /** Of the file and what stands beside it; default 32 MiB. */
  readonly limitBytes?: number;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** What is written in one transaction. */
export interface Writing {
  readonly entries: readonly ActivityDraft[];
  readonly lastLogged: readonly LastLogged[];
  /** Ids of devices that are gone. */
  readonly forgotten: readonly string[];
  /** Commands that may still have an effect. */
  readonly commands?: readonly CommandState[];
  /** Ids of commands that can't any more. */
  readonly spent?: readonly string[];
}

export const LIMIT_BYTES = 32 * 1024 * 1024;
/** Left for the write-ahead log and for what one transaction adds. */
const HEADROOM_BYTES = 6 * 1024 * 1024;
const STEP_ROWS = 1000;
const STEP_PAGES = 256;
const DAY_MS = 86_400_000;
/** Names and messages come from the cloud, and may be of any length. */
const LONGEST_TEXT = 500;
/** How far back a new entry may go on with an event, beside outages. */
const FOLDED_ENTRIES = 1000;

/**
 * The activity log on the disk. It is there for people, and nothing depends on it: what can't be written is lost, which
 * is logged once, a damaged file is set aside, and writing never throws.
 */
export class ActivityStore implements DoorLog, EventRows {
  readonly #options: ActivityStoreOptions;
  readonly #log: Log;
  readonly #table: SideTable<ActivityTable>;
  #failing = false;
  /** Entries since it fails. */
  #lost = 0;
  #recreated = 0;
  /** The number of the newest entry that was written or shown. */
  #newestId = 0;
  /** Null until it is needed, and has been read from the file. */
  #fold: Fold | null = null;
  /** Entries from before this go in this round of tidying; null between two rounds. */
  #tidyBefore: number | null = null;

  constructor(options: ActivityStoreOptions) {
    this.#options = options;
    this.#log = options.log;
    const { file, clock } = options;
    this.#table = new SideTable({
      file,
      clock,
      open: (path) => new ActivityTable(openSideDatabase(path, ACTIVITY_SHAPE)),
      replaced: ({ name, reason }, error) => {
        this.#recreated += 1;
        this.#log.warn(`The activity log ${file} ${reason}: it was set aside as ${name}, and a new one begins.`, {
          error,
        });
      },
    });
  }

  /** How often a damaged file was replaced by a new one, which lacks what was last logged of devices. */
  get recreated(): number {
    return this.#recreated;
  }

  /** What was last logged of each device; nothing while the file can't be read. */
  lastLogged(): LastLoggedRow[] {
    try {
      return this.#table.use((table) => table.lastLogged());
    } catch (error) {
      this.#fail(error, 0);
      return [];
    }
  }

  /** The entries with their numbers; null when they could not be written. */
  write({ entries, lastLogged, forgotten, commands = [], spent = [] }: Writing): ActivityEntry[] | null {
    const { clock, secrets } = this.#options;
    try {
      let written: ActivityEntry[] = [];
      let fold = new Fold();
      this.#table.use((table) =>
        table.transact(() => {
          this.#makeRoom(table, entries.length);
          // Started over each time: what was inserted into a damaged file is not in its replacement.
          fold = entries.length === 0 ? this.#foldOf(table) : this.#foldOf(table).copy();
          written = entries.map((entry) => {
            const fit = fitToKeep(entry, secrets);
            const one = table.insert(fit, this.#newestId, fold.eventOf(fit));
            fold.take(one);
            return one;
          });
          for (const each of lastLogged) table.setLastLogged(each, clock.now());
          for (const id of forgotten) table.dropLastLogged(id);
          for (const command of commands) table.setCommand(scrubbed(command, secrets));
          for (const id of spent) table.dropCommand(id);
        }),
      );
      this.#fold = fold;
      this.#newestId = written.at(-1)?.id ?? this.#newestId;
      this.#recover();
      return written;
    } catch (error) {
      this.#fail(error, entries.length);
      return null;
    }
  }

  /** Commands that were sent in an earlier run and may still have an effect. */
  commands(): CommandState[] {
    try {
      return this.#table.use((table) => table.commands());
    } catch (error) {
      this.#fail(error, 0);
      return [];
    }
  }

  /** @throws Problem `store_failed` */
  page(query: ActivityQuery): ActivityPage {
    const page = this.#read((table) => table.page(query));
    this.#newestId = Math.max(this.#newestId, page.entries[0]?.id ?? 0);
    return page;
  }

  events(wish: Parameters<EventRows["events"]>[0]): ActivityEntry[] {
    return this.#read((table) => table.events(wish));
  }

  after(at: number): number {
    return this.#read((table) => table.after(at));
  }

  newest(each: number): ActivityEntry[] {
    return this.#read((table) => table.newest(each));
  }

  doorChanges(device_id: string, after: number, limit: number): readonly DoorChange[] {
    return this.#read((table) => table.doorChanges(device_id, after, limit));
  }

  reach(): LogReach {
    const { limitBytes = LIMIT_BYTES } = this.#options;
    return this.#read((table) => ({
      oldest_at: table.oldestAt(),
      whole: table.usedBytes < (limitBytes - HEADROOM_BYTES) / 2,
    }));
  }

  /** @throws Problem `store_failed` */
  #read<T>(read: (table: ActivityTable) => T): T {
    try {
      return this.#table.use(read);
    } catch (cause) {
      throw new Problem("store_failed", phrase("activity_unreadable", { detail: diskCode(cause) }), {
        retryable: true,
        cause,
      });
    }
  }

  /**
   * Deletes a step of what is too old; true when there is more to do. A round of steps deletes one day at most, so that
   * a clock that is far ahead for an hour does not cost the whole log.
   */
  tidy(): boolean {
    const { clock, days } = this.#options;
    try {
      return this.#table.use((table) => {
        const now = clock.now();
        const before = (this.#tidyBefore ??= Math.min(now - days * DAY_MS, (table.oldestAt() ?? now) + DAY_MS));
        const more = table.dropBefore(before, STEP_ROWS) === STEP_ROWS;
        table.shrink(STEP_PAGES);
        if (!more) this.#tidyBefore = null;
        return more;
      });
    } catch (error) {
      this.#fail(error, 0);
      return false;
    }
  }

  close(): void {
    this.#table.close();
  }

  /** The file never grows beyond its limit: the oldest entries go before new ones are written. */
  #makeRoom(table: ActivityTable, coming: number): void {
    const { limitBytes = LIMIT_BYTES } = this.#options;
    if (table.usedBytes > limitBytes - HEADROOM_BYTES) table.dropOldest(Math.max(STEP_ROWS, 2 * coming));
  }

  /** What the events of the file go on with: read from it by the first who writes. */
  #foldOf(table: ActivityTable): Fold {
    if (this.#fold !== null) return this.#fold;
    const away = table.lastLogged().filter(({ lastLogged }) => !lastLogged.available || lastLogged.missing);
    const fold = new Fold();
    const ids = away.map(({ lastLogged }) => lastLogged.device_id);
    for (const entry of table.foldable(FOLDED_ENTRIES, ids)) fold.take(entry);
    this.#fold = fold;
    return fold;
  }

  #fail(error: unknown, lost: number): void {
    this.#lost += lost;
    if (this.#failing) return;
    this.#failing = true;
    const { file } = this.#options;
    const code = diskCode(error);
    this.#log.warn(
      `The activity log ${file} can't be written (${code}): ${advice(code)} What happens meanwhile will be missing from it.`,
      { error },
    );
  }

  #recover(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#log.info(`The activity log can be written again; ${this.#lost} entries are missing.`);
    this.#lost = 0;
  }
}

function scrubbed(command: CommandState, secrets: Secrets): CommandState {
  const { error } = command;
  return error === null ? command : { ...command, error: { ...error, message: secrets.scrub(error.message) } };
}

function fitToKeep(entry: ActivityDraft, secrets: Secrets): ActivityDraft {
  const fit = (text: string): string => secrets.scrub(text).slice(0, LONGEST_TEXT);
  const { device_name, command } = entry;
  const error = command?.error && { ...command.error, message: fit(command.error.message) };
  return { ...entry, device_name: fit(device_name), command: command && { ...command, error: error ?? null } };
}

function advice(code: string): string {
  return code.startsWith("SQLITE_FULL") ? "free some space on its disk." : "make its disk and its folder writable.";
}
