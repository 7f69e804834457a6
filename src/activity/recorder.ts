import type { Clock } from "../clock.ts";
import { phrase } from "../said/phrase.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Change, CommandState, DeviceState } from "../state/picture.ts";
import { LATE_MS } from "./find-command.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, ActivityQuery, ActivityReader, EventRows } from "./entry.ts";
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
/** What a command asked for that was sent so long before a start is no longer taken for its effect. */
const RESUMED_MS = 15 * 60_000;
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
  /** Commands that were sent, as they are to be written for the next run; then their ids, while they are in the file. */
  readonly #unwritten = new Map<string, CommandState>();
  readonly #written = new Set<string>();
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
    for (const command of store.commands()) this.#resume(command);
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

  events(wish: Parameters<EventRows["events"]>[0]): ActivityEntry[] {
    return this.#options.store.events(wish);
  }

  after(at: number): number {
    return this.#options.store.after(at);
  }

  newest(each: number): ActivityEntry[] {
    return this.#options.store.newest(each);
  }

  follow(follower: (entries: readonly ActivityEntry[]) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #take({ set, removed }: Change): void {
    const commands = set.commands ?? [];
    for (const command of commands) if (command.ended_at === null) this.#begin(command);
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

  /** Written before it leaves: if the gateway is killed now, the next run knows who asked. */
  #begin(command: CommandState): void {
    this.#remember(command);
    if (command.sent_at === null || this.#written.has(command.id)) return;
    this.#unwritten.set(command.id, command);
    this.#flush();
  }

  /** What an earlier run has sent, and nobody has followed to its end. */
  #resume(command: CommandState): void {
    const now = this.#options.clock.now();
    this.#written.add(command.id);
    const isOld = now - (command.sent_at ?? 0) > RESUMED_MS;
    const known = command.ended_at === null ? { ...command, ...cut(now) } : command;
    if (!isOld) this.#remember({ ...known, ended_at: now });
    this.#unwritten.set(command.id, known);
    if (command.ended_at !== null) return;
    const device = this.#lastLogged.get(command.device_id);
    this.#add({ ...draft("command_ended", command.device_id, device, now), command: about(known) });
  }

  #end(command: CommandState): void {
    if (this.#commandsOf(command).some(({ id, ended_at }) => id === command.id && ended_at !== null)) return;
    this.#remember(command);
    if (this.#written.has(command.id) || this.#unwritten.has(command.id)) this.#unwritten.set(command.id, command);
    const known = this.#lastLogged.get(command.device_id);
    const now = this.#options.clock.now();
    this.#add({ ...draft("command_ended", command.device_id, known, now), command: about(command) });
  }

  #remove(deviceId: string): void {
    const now = this.#options.clock.now();
    this.#add(draft("device_removed", deviceId, this.#lastLogged.get(deviceId), now));
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
    if (!commands.some((command) => isLate(command, now))) return commands;
    const recent = commands.filter((command) => !isLate(command, now));
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
    const commands = [...this.#unwritten.values()];
    const spent = this.#spent();
    const forgotten = ids.filter((id) => !this.#lastLogged.has(id));
    const written = store.write({ entries, lastLogged, forgotten, commands, spent });
    if (written !== null) {
      for (const id of ids) this.#dirty.delete(id);
      for (const { id } of commands) this.#written.add(id);
      for (const id of spent) this.#written.delete(id);
      this.#unwritten.clear();
    } else {
      // The disk may fail for days: what has ended meanwhile is of no use to the next run.
      for (const { id, ended_at } of commands) if (ended_at !== null) this.#unwritten.delete(id);
    }
    if (store.recreated > this.#recreated) {
      this.#recreated = store.recreated;
      for (const id of this.#lastLogged.keys()) this.#dirty.add(id);
    }
    // What could not be written is tried again with the next entry.
    if (this.#pending.length > 0 || (written !== null && this.#dirty.size > 0)) this.#flushSoon();
    if (written !== null && written.length > 0) for (const follower of this.#followers) follower(written);
  }

  /** The commands in the file that can have no effect any more. */
  #spent(): string[] {
    const now = this.#options.clock.now();
    const known = [...this.#commands.values()].flat().filter((command) => !isLate(command, now));
    const open = new Set(known.map(({ id }) => id));
    return [...this.#written].filter((id) => !open.has(id));
  }

  #tidy(): void {
    const { clock, store } = this.#options;
    const forgotten = clock.now() - FORGOTTEN_AFTER_MS;
    for (const [id, seenAt] of this.#unseen) if (seenAt < forgotten) this.#forget(id);
    const more = store.tidy();
    this.#cancelTidy = clock.after(more ? TIDY_PAUSE_MS : TIDY_EVERY_MS, () => this.#tidy());
  }
}

function isLate({ ended_at }: CommandState, now: number): boolean {
  return ended_at !== null && now - ended_at > LATE_MS;
}

/** The end of a command that a restart has cut off. */
function cut(now: number): Pick<CommandState, "ended_at" | "outcome" | "error"> {
  const message = phrase("command_cut_off");
  return { ended_at: now, outcome: "unconfirmed", error: { code: "gateway_restarted", message } };
}
