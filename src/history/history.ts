import { setImmediate as letOthersWork } from "node:timers/promises";
import type { DoorChange, DoorLog } from "../activity/entry.ts";
import type { Clock } from "../clock.ts";
import { Problem } from "../problem.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { forecastBattery } from "./battery-forecast.ts";
import { doorSpans } from "./door-spans.ts";
import type {
  BatteryHistory,
  DoorHistory,
  HistoryReader,
  HistoryWindow,
  TimeSpan,
  TokenHistory,
  TokenMark,
} from "./history-models.ts";
import { gaps, merged } from "./spans.ts";
import type { HistoryStore } from "./store.ts";

export interface HistoryOptions {
  readonly picture: LivePicture;
  readonly log: DoorLog;
  readonly store: HistoryStore;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
/** Read of the log in one go. */
const CHANGES_AT_ONCE = 500;
/** Works no longer than that without a pause. */
const AT_ONCE_MS = 8;

/** What the doors, tokens and batteries have been through, from the activity log and the history's own file. */
export class History implements HistoryReader {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  window(days: number): HistoryWindow {
    const to = this.#options.clock.now();
    const window = { from: to - days * DAY_MS, to };
    return { ...window, down: gaps(this.#running(window), window) };
  }

  async *doors(window: TimeSpan, device_id?: string): AsyncGenerator<DoorHistory> {
    const pause = this.#pauses();
    const { log, picture } = this.#options;
    const { oldest_at, whole } = log.reach();
    const known = whole ? window : { from: Math.max(window.from, oldest_at ?? window.to), to: window.to };
    const seen = merged(this.#running(window), known);
    for (const { id } of this.#devices(device_id).filter(({ kind }) => kind === "lock")) {
      const changes: DoorChange[] = [];
      for (let more = true; more;) {
        const some = log.doorChanges(id, changes.at(-1)?.id ?? 0, CHANGES_AT_ONCE);
        changes.push(...some);
        more = some.length === CHANGES_AT_ONCE;
        await pause();
      }
      const present = picture.device(id);
      if (present !== undefined) yield { device_id: id, spans: doorSpans({ changes, present, window, seen }) };
    }
  }

  async *tokens({ from }: TimeSpan, account_id?: string): AsyncGenerator<TokenHistory> {
    const pause = this.#pauses();
    const { picture, store } = this.#options;
    const accounts = account_id === undefined ? picture.accounts() : [picture.account(account_id)];
    for (const account of accounts) {
      if (account === undefined) throw new Problem("account_not_found", "There is no such account.");
      const marks: TokenMark[] = [];
      for (let after: number | undefined = 0; after !== undefined;) {
        const last: number = after;
        const some = store.read((table) => table.marks(account.id, last, from));
        after = some.at(-1)?.id;
        marks.push(...some.map(({ kind, at, until, count, code }) => ({ kind, at, until, count, code })));
        await pause();
      }
      yield { account_id: account.id, marks };
    }
  }

  async *batteries(device_id?: string): AsyncGenerator<BatteryHistory> {
    const pause = this.#pauses();
    const { clock, store } = this.#options;
    for (const { id } of this.#devices(device_id).filter(({ battery_percent }) => battery_percent !== null)) {
      const kept = store.read((table) => table.battery(id));
      const readings = kept.map(({ at, percent }) => ({ at, percent }));
      yield { device_id: id, readings, ...forecastBattery(kept, clock.now()) };
      await pause();
    }
  }

  /** When the gateway ran. Earlier versions did not write that down: what their log tells, they saw. */
  #running(window: TimeSpan): TimeSpan[] {
    const { log, store, clock } = this.#options;
    const runs = store.read((table) => table.runs());
    const first = runs[0]?.from ?? clock.now();
    const { oldest_at } = log.reach();
    const earlier = oldest_at !== null && oldest_at < first ? [{ from: oldest_at, to: first }] : [];
    // This run is alive, whenever that was last written.
    const current = runs.length === 0 ? [] : [{ from: runs.at(-1)?.to ?? window.to, to: window.to }];
    return merged([...earlier, ...runs, ...current], window);
  }

  #devices(device_id: string | undefined): ReturnType<LivePicture["devices"]> {
    const { picture } = this.#options;
    if (device_id === undefined) return picture.devices();
    const device = picture.device(device_id);
    if (device === undefined) throw new Problem("device_not_found", "There is no such device.");
    return [device];
  }

  /** Gives way to everything else that waits, now and then. */
  #pauses(): () => Promise<void> {
    const { clock } = this.#options;
    let since = clock.monotonic();
    return async () => {
      if (clock.monotonic() - since < AT_ONCE_MS) return;
      await letOthersWork();
      since = clock.monotonic();
    };
  }
}
