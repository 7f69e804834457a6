import type { Clock } from "../clock.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Change, CommandState, DeviceState } from "../state/picture.ts";
import { LATE_MS } from "./find-command.ts";
import type { ActivityDraft, ActivityEntry, ActivityPage, ActivityQuery, ActivityReader } from "./entry.ts";
import type { ActivityStore } from "./store.ts";
import { about, draft, observe } from "./last-logged.ts";
import type { Told } from "./last-logged.ts";

export interface ActivityRecorderOptions {
  readonly picture: LivePicture;
  readonly store: ActivityStore;
  readonly clock: Clock;
}

/** What happens within this time is written in one transaction. */
export const GATHER_MS = 250;
/** One transaction takes no more than this, so that nobody waits for the disk. */
const MOST_AT_ONCE = 1000;
const TIDY_EVERY_MS = 3_600_000;
/** Between two steps of tidying. */
const TIDY_PAUSE_MS = 100;
/** What was told of a device that has not been seen for so long is forgotten; if it comes back, it is a new one. */
const FORGOTTEN_AFTER_MS = 400 * 86_400_000;

/** Follows the picture and writes what happens to devices into the log. */
export class ActivityRecorder implements ActivityReader {
  readonly #options: ActivityRecorderOptions;
  readonly #followers = new Set<(entries: readonly ActivityEntry[]) => void>();
  /** By device id, all three. */
  readonly #told = new Map<string, Told>();
  readonly #saidAt = new Map<string, DeviceState["said_at"]>();
  readonly #commands = new Map<string, readonly CommandState[]>();
  #pending: ActivityDraft[] = [];
  /** Devices whose entries in the file differ from `#told`; kept until the disk has taken them. */
  readonly #untrue = new Set<string>();
  /** Devices of the file that this run has not seen: when they were seen last. */
  readonly #unseen = new Map<string, number>();
  #begunAnew = 0;
  #cancelFlush: (() => void) | null = null;
  #cancelTidy = (): void => {};
  #unsubscribe = (): void => {};

  constructor(options: ActivityRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    const { picture, store } = this.#options;
    for (const { told, seen_at } of store.told()) {
      this.#told.set(told.device_id, told);
      this.#unseen.set(told.device_id, seen_at);
    }
    this.#unsubscribe = picture.subscribe((change) => this.#take(change));
    const { devices, commands } = picture.snapshot();
    for (const command of commands) this.#remember(command);
    // What is there already comes from an earlier run, and was told then.
    for (const device of devices) {
      this.#saidAt.set(device.id, device.said_at);
      this.#unseen.delete(device.id);
    }
    this.#cancelTidy = this.#options.clock.after(0, () => this.#tidy());
  }

  /** Writes what has gathered, and writes nothing after it. */
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
    // A command that ends in the same moment was under way when the state that it wanted came.
    this.#observe(set.devices ?? []);
    for (const command of commands) if (command.ended_at !== null) this.#end(command);
    for (const id of removed.devices ?? []) this.#remove(id);
  }

  #observe(devices: readonly DeviceState[]): void {
    const now = this.#options.clock.now();
    for (const device of devices) {
      const known = this.#told.get(device.id);
      const saidBefore = this.#saidAt.get(device.id) ?? {};
      const commands = this.#recent(device.id, now);
      const { told, entries } = observe(known, device, { commands, saidBefore, now });
      this.#saidAt.set(device.id, device.said_at);
      if (this.#unseen.delete(device.id) || told !== known) this.#keep(told);
      this.#tell(...entries);
    }
  }

  #end(command: CommandState): void {
    if (this.#commandsOf(command).some(({ id, ended_at }) => id === command.id && ended_at !== null)) return;
    this.#remember(command);
    const name = this.#told.get(command.device_id)?.name ?? command.device_id;
    const now = this.#options.clock.now();
    this.#tell({ ...draft("command_ended", command.device_id, name, now), command: about(command) });
  }

  #remove(deviceId: string): void {
    const now = this.#options.clock.now();
    this.#tell(draft("device_removed", deviceId, this.#told.get(deviceId)?.name ?? deviceId, now));
    this.#forget(deviceId);
  }

  #forget(deviceId: string): void {
    this.#told.delete(deviceId);
    this.#saidAt.delete(deviceId);
    this.#commands.delete(deviceId);
    this.#unseen.delete(deviceId);
    this.#untrue.add(deviceId);
    this.#flushSoon();
  }

  #remember(command: CommandState): void {
    const recent = this.#recent(command.device_id, this.#options.clock.now());
    this.#commands.set(command.device_id, [...recent.filter(({ id }) => id !== command.id), command]);
  }

  /** The commands of a device that may still show an effect; the others are forgotten. */
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

  #keep(told: Told): void {
    this.#told.set(told.device_id, told);
    this.#untrue.add(told.device_id);
    this.#flushSoon();
  }

  #tell(...entries: readonly ActivityDraft[]): void {
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
    const ids = [...this.#untrue].slice(0, MOST_AT_ONCE);
    const told = ids.flatMap((id) => this.#told.get(id) ?? []);
    const { store } = this.#options;
    const written = store.write({ entries, told, untold: ids.filter((id) => !this.#told.has(id)) });
    if (written !== null) for (const id of ids) this.#untrue.delete(id);
    if (store.begunAnew > this.#begunAnew) {
      this.#begunAnew = store.begunAnew;
      for (const id of this.#told.keys()) this.#untrue.add(id);
    }
    // What the disk does not take now is tried again with the next entry.
    if (this.#pending.length > 0 || (written !== null && this.#untrue.size > 0)) this.#flushSoon();
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
