import type { Clock } from "../clock.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Change, CommandState, DeviceState } from "../state/picture.ts";
import { LATE_MS } from "./find-command.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, ActivityQuery, ActivityReader } from "./entry.ts";
import type { ActivityStore } from "./store.ts";
import { about, draft, observe } from "./last-logged.ts";
import type { LastLogged } from "./last-logged.ts";

export interface ActivityRecorderOptions {
  readonly picture: LivePicture;
  readonly store: ActivityStore;
  readonly clock: Clock;
}

/** What happens within this time is written in one transaction. */
export const GATHER_MS = 250;
/** The most in one transaction, so that nothing waits long for the disk. */
const MOST_AT_ONCE = 1000;
const TIDY_EVERY_MS = 3_600_000;
/** Between two steps of tidying. */
const TIDY_PAUSE_MS = 100;
/**
 * What was last logged of a device that has not been seen for so long is forgotten; if it comes back, it is a new one.
 */
const FORGOTTEN_AFTER_MS = 400 * 86_400_000;

/** Follows the picture and writes what happens to devices into the log. */
export class ActivityRecorder implements ActivityReader {
  readonly #options: ActivityRecorderOptions;
  readonly #followers = new Set<(entries: readonly ActivityEntry[]) => void>();
  /** By device id, all three. */
  readonly #lastLogged = new Map<string, LastLogged>();
  readonly #saidAt = new Map<string, DeviceState["said_at"]>();
  readonly #commands = new Map<string, readonly CommandState[]>();
  #pending: ActivityDraft[] = [];
  /** Devices whose row in the file differs from `#lastLogged`, until it has been written. */
  readonly #dirty = new Set<string>();
  /** When the devices in the file that this run has not seen were last seen. */
  readonly #unseen = new Map<string, number>();
  #recreated = 0;
  #cancelFlush: (() => void) | null = null;
  #cancelTidy = (): void => {};
  #unsubscribe = (): void => {};

  constructor(options: ActivityRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    const { picture, store } = this.#options;
    for (const { lastLogged, seen_at } of store.lastLogged()) {
      this.#lastLogged.set(lastLogged.device_id, lastLogged);
      this.#unseen.set(lastLogged.device_id, seen_at);
    }
    this.#unsubscribe = picture.subscribe((change) => this.#take(change));
    const { devices, commands } = picture.snapshot();
    for (const command of commands) this.#remember(command);
    // Devices that are already there come from an earlier run, and were logged then.
    for (const device of devices) {
      this.#saidAt.set(device.id, device.said_at);
      this.#unseen.delete(device.id);
    }
    this.#cancelTidy = this.#options.clock.after(0, () => this.#tidy());
  }

  /** Writes what has gathered, and nothing after that. */
  stop(): void {
    this.#unsubscribe();
    this.#cancelTidy();
    while (this.#cancelFlush) this.#flush();
    this.#options.store.close();
  }

  page(query: ActivityQuery): ActivityPage {
    return this.#options.store.page(query);
  }

  follow(follower: (entries: readonly ActivityEntry[]) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #take({ set, removed }: Change): void {
    const commands = set.commands ?? [];
    for (const command of commands) if (command.ended_at === null) this.#remember(command);
    // A command that ends in the same change was in progress when the state that it asked for came.
    this.#observe(set.devices ?? []);
    for (const command of commands) if (command.ended_at !== null) this.#end(command);
    for (const id of removed.devices ?? []) this.#remove(id);
  }

  #observe(devices: readonly DeviceState[]): void {
    const now = this.#options.clock.now();
    for (const device of devices) {
      const known = this.#lastLogged.get(device.id);
      const saidBefore = this.#saidAt.get(device.id) ?? {};
      const commands = this.#recent(device.id, now);
      const { lastLogged, entries } = observe(known, device, { commands, saidBefore, now });
      this.#saidAt.set(device.id, device.said_at);
      if (this.#unseen.delete(device.id) || lastLogged !== known) this.#keep(lastLogged);
      this.#add(...entries);
    }
  }

  #end(command: CommandState): void {
    if (this.#commandsOf(command).some(({ id, ended_at }) => id === command.id && ended_at !== null)) return;
    this.#remember(command);
    const name = this.#lastLogged.get(command.device_id)?.name ?? command.device_id;
    const now = this.#options.clock.now();
    this.#add({ ...draft("command_ended", command.device_id, name, now), command: about(command) });
  }

  #remove(deviceId: string): void {
    const now = this.#options.clock.now();
    this.#add(draft("device_removed", deviceId, this.#lastLogged.get(deviceId)?.name ?? deviceId, now));
    this.#forget(deviceId);
  }

  #forget(deviceId: string): void {
    this.#lastLogged.delete(deviceId);
    this.#saidAt.delete(deviceId);
    this.#commands.delete(deviceId);
    this.#unseen.delete(deviceId);
    this.#dirty.add(deviceId);
    this.#flushSoon();
  }

  #remember(command: CommandState): void {
    const recent = this.#recent(command.device_id, this.#options.clock.now());
    this.#commands.set(command.device_id, [...recent.filter(({ id }) => id !== command.id), command]);
  }

  /** The commands of a device that may still have an effect; the others are forgotten. */
  #recent(deviceId: string, now: number): readonly CommandState[] {
    const commands = this.#commands.get(deviceId) ?? [];
    const isLate = ({ ended_at }: CommandState): boolean => ended_at !== null && now - ended_at > LATE_MS;
    if (!commands.some(isLate)) return commands;
    const recent = commands.filter((command) => !isLate(command));
    if (recent.length > 0) this.#commands.set(deviceId, recent);
    else this.#commands.delete(deviceId);
    return recent;
  }

  #commandsOf({ device_id }: CommandState): readonly CommandState[] {
    return this.#commands.get(device_id) ?? [];
  }

  #keep(lastLogged: LastLogged): void {
    this.#lastLogged.set(lastLogged.device_id, lastLogged);
    this.#dirty.add(lastLogged.device_id);
    this.#flushSoon();
  }

  #add(...entries: readonly ActivityDraft[]): void {
    if (entries.length === 0) return;
    this.#pending.push(...entries);
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#options.clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const entries = this.#pending.splice(0, MOST_AT_ONCE);
    const ids = [...this.#dirty].slice(0, MOST_AT_ONCE);
    const lastLogged = ids.flatMap((id) => this.#lastLogged.get(id) ?? []);
    const { store } = this.#options;
    const written = store.write({ entries, lastLogged, forgotten: ids.filter((id) => !this.#lastLogged.has(id)) });
    if (written !== null) for (const id of ids) this.#dirty.delete(id);
    if (store.recreated > this.#recreated) {
      this.#recreated = store.recreated;
      for (const id of this.#lastLogged.keys()) this.#dirty.add(id);
    }
    // What could not be written is tried again with the next entry.
    if (this.#pending.length > 0 || (written !== null && this.#dirty.size > 0)) this.#flushSoon();
    if (written !== null && written.length > 0) for (const follower of this.#followers) follower(written);
  }

  #tidy(): void {
    const { clock, store } = this.#options;
    const forgotten = clock.now() - FORGOTTEN_AFTER_MS;
    for (const [id, seenAt] of this.#unseen) if (seenAt < forgotten) this.#forget(id);
    const more = store.tidy();
    this.#cancelTidy = clock.after(more ? TIDY_PAUSE_MS : TIDY_EVERY_MS, () => this.#tidy());
  }
}
