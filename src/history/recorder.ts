import type { Clock } from "../clock.ts";
import type { AccountEvent, AccountState } from "../keeper/account-state.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Change, DeviceState } from "../state/picture.ts";
import type { KeptReading } from "./battery-forecast.ts";
import { BATTERY_DAYS, MOST_DAYS } from "./history-models.ts";
import type { HistoryStore } from "./store.ts";
import type { HistoryTable } from "./table.ts";
import { withEvent } from "./token-marks.ts";

export interface HistoryRecorderOptions {
  readonly picture: LivePicture;
  readonly store: HistoryStore;
  /** The latest token events of an account, oldest first: more than the picture has. */
  readonly events: (account_id: string) => readonly AccountEvent[];
  readonly clock: Clock;
}

/** What happens within this time is written in one transaction. */
const GATHER_MS = 1000;
/** So often it is written down that the gateway runs: a gap is told to within this. */
export const ALIVE_EVERY_MS = 300_000;
const TIDY_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Writes down when the gateway runs, what happens to tokens, and one reading a day of each battery. */
export class HistoryRecorder {
  readonly #options: HistoryRecorderOptions;
  readonly #written = new Map<string, KeptReading>();
  readonly #readings = new Map<string, KeptReading>();
  readonly #accounts = new Map<string, AccountState>();
  readonly #gone = new Set<string>();
  /** By account id: the last event that has been written. */
  readonly #known = new Map<string, AccountEvent>();
  #startedAt = 0;
  #aliveAt = 0;
  #tidyAt = 0;
  #cancelFlush: (() => void) | null = null;
  #cancelAlive = (): void => {};
  #unsubscribe = (): void => {};

  constructor(options: HistoryRecorderOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, picture } = this.#options;
    this.#startedAt = clock.now();
    this.#alive();
    this.#unsubscribe = picture.subscribe((change) => this.#take(change));
    this.#take({ seq: 0, set: { accounts: picture.accounts(), devices: picture.devices() }, removed: {} });
  }

  /** Writes what has gathered, and that the gateway ran until now. */
  stop(): void {
    this.#unsubscribe();
    this.#cancelAlive();
    if (this.#startedAt > 0) this.#alive();
    this.#cancelAlive();
    if (this.#cancelFlush) this.#flush();
    this.#options.store.close();
  }

  #alive(): void {
    const { clock, store } = this.#options;
    const now = clock.now();
    // The machine slept, or its clock was set: it is not known what was meanwhile.
    if (this.#aliveAt > 0 && Math.abs(now - this.#aliveAt - ALIVE_EVERY_MS) > ALIVE_EVERY_MS) this.#startedAt = now;
    this.#aliveAt = now;
    store.write((table) => {
      table.setAlive(this.#startedAt, now);
      if (now < this.#tidyAt) return;
      this.#tidyAt = now + TIDY_EVERY_MS;
      table.tidy(now - (MOST_DAYS + 1) * DAY_MS, now - BATTERY_DAYS * DAY_MS);
    });
    this.#cancelAlive = clock.after(ALIVE_EVERY_MS, () => this.#alive());
  }

  #take({ set, removed }: Change): void {
    for (const device of set.devices ?? []) this.#read(device);
    for (const account of set.accounts ?? []) {
      const latest = account.recent.at(-1);
      if (latest === undefined || isSame(latest, this.#known.get(account.id))) continue;
      this.#accounts.set(account.id, account);
      this.#flushSoon();
    }
    for (const id of removed.accounts ?? []) {
      this.#accounts.delete(id);
      this.#known.delete(id);
      this.#gone.add(id);
      this.#flushSoon();
    }
  }

  #read({ id, battery_percent: percent, battery_level: level, said_at }: DeviceState): void {
    const at = said_at.battery;
    if (percent === null || at === undefined) return;
    const written = this.#readings.get(id) ?? this.#written.get(id);
    const isNew = written === undefined || written.percent !== percent || dayOf(written.at) !== dayOf(at);
    if (!isNew) return;
    this.#readings.set(id, { at, percent, level });
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#options.clock.after(GATHER_MS, () => this.#flush());
  }

  /** What could not be written is tried again with the next change. */
  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const written = this.#options.store.write((table) => {
      for (const [id, reading] of this.#readings) table.setBattery(id, reading);
      for (const id of this.#gone) table.dropMarks(id);
      for (const account of this.#accounts.values()) this.#mark(table, account);
    });
    if (!written) return;
    for (const [id, reading] of this.#readings) this.#written.set(id, reading);
    for (const { id, recent } of this.#accounts.values()) {
      const latest = recent.at(-1);
      if (latest !== undefined) this.#known.set(id, latest);
    }
    this.#readings.clear();
    this.#gone.clear();
    this.#accounts.clear();
  }

  #mark(table: HistoryTable, { id, recent }: AccountState): void {
    let last = table.lastMark(id);
    const known = this.#known.get(id);
    const after = last?.event_at ?? -Infinity;
    const all = recent.some((event) => isSame(event, known)) ? recent : this.#options.events(id);
    const from = all.findLastIndex((event) => isSame(event, known)) + 1;
    const fresh = from > 0 ? all.slice(from) : all.filter(({ at }) => at > after);
    for (const event of fresh) {
      const marks = withEvent(last, event);
      const [first, second] = marks;
      if (last !== null && first !== undefined) table.setMark(id, first, second ? last.event_at : event.at, last.id);
      const added = last === null ? first : second;
      if (added !== undefined) table.setMark(id, added, event.at, null);
      last = table.lastMark(id);
    }
  }
}

function isSame(one: AccountEvent, other: AccountEvent | undefined): boolean {
  return one.at === other?.at && one.kind === other.kind && one.generation === other.generation;
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}
