import type { UptimeClock } from "../../clock.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import { FleetOnDisk } from "./fleet-on-disk.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetStore } from "./fleet-store.ts";
import { ageOf } from "./stored-fleet.ts";
import type { StoredDevice } from "./stored-fleet.ts";

export interface FleetRecorderOptions {
  readonly fleet: Fleet;
  readonly picture: LivePicture;
  readonly store: FleetStore;
  readonly clock: UptimeClock;
  /** Identifies this run of the machine; null where nothing does. */
  readonly boot: string | null;
}

/** What happens within this time is written in one transaction. */
const GATHER_MS = 1000;
/** Between two transactions, whatever happens: each is a page or more on an SD card. */
const PACE_MS = 10_000;
/** After this, what could not be written is tried again. */
const RETRY_MS = 60_000;

/** Stores what changes in the fleet, and restores it in the next run. While nothing happens it writes nothing. */
export class FleetRecorder {
  readonly #options: FleetRecorderOptions;
  readonly #disk = new FleetOnDisk();
  /** Monotonic. */
  #notBefore = -Infinity;
  #cancelFlush: (() => void) | null = null;
  #unsubscribe = (): void => {};

  constructor(options: FleetRecorderOptions) {
    this.#options = options;
  }

  /** Restores what the last run knew, and follows the fleet from then on. */
  start(): void {
    const { fleet, picture, store, clock, boot } = this.#options;
    const stored = store.read();
    this.#disk.is(stored);
    const now = { boot, uptime: clock.uptime(), at: clock.now() };
    fleet.restore(stored, ({ said }) => ageOf(said, now));
    this.#unsubscribe = picture.subscribe(({ set }) => {
      if (set.devices?.some((device) => this.#disk.differs(device))) this.soon();
    });
    // An account may have been removed while the gateway was off.
    if (stored.lists.length > 0) this.soon();
  }

  /** Something may have changed. */
  soon(): void {
    const { clock } = this.#options;
    const now = clock.monotonic();
    const at = Math.max(now + GATHER_MS, this.#notBefore);
    this.#cancelFlush ??= clock.after(at - now, () => this.#flush(false));
  }

  /** Writes the ages too, for the next run, and nothing after that. */
  stop(): void {
    this.#unsubscribe();
    this.#flush(true);
    this.#cancelFlush?.();
    this.#options.store.close();
  }

  #flush(withAges: boolean): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const { fleet, picture, store, clock } = this.#options;
    const devices = picture.devices().map((state): StoredDevice => ({ state, said: this.#said(state.id) }));
    const writing = this.#disk.missing({ lists: fleet.lists(), devices }, withAges);
    if (Object.values(writing).every((part: readonly unknown[]) => part.length === 0)) return;
    const { recreated } = store;
    const taken = store.write(writing);
    this.#notBefore = clock.monotonic() + (taken ? PACE_MS : RETRY_MS);
    if (taken) this.#disk.wrote(writing);
    if (store.recreated > recreated) this.#disk.is({ lists: [], devices: [] });
    if (!taken || store.recreated > recreated) this.soon();
  }

  #said(deviceId: string): StoredDevice["said"] {
    const { fleet, picture, boot } = this.#options;
    const uptime = fleet.saidAt(deviceId);
    const at = picture.device(deviceId)?.confirmed_at ?? null;
    return uptime === undefined || uptime === -Infinity || at === null ? null : { boot, uptime, at };
  }
}
