import { uptime } from "node:os";

/** A clock against which the wall clock moved by no more than this has not slept through anything that counts. */
const NOTICED_MS = 250;
/** A sleep that the wall clock hides (set back by as much meanwhile) is noticed after this at the latest. */
const LONGEST_TRUST_MS = 10 * 60_000;

/** Where times come from, in milliseconds. */
export interface UptimeSources {
  /** Epoch milliseconds. */
  readonly wall: () => number;
  /** Stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Since the machine started, sleep included. */
  readonly system: () => number;
}

/**
 * The machine's uptime, sleep included, without asking the system each time: it reads a file for that, which a security
 * module may log. Between two readings the monotonic clock counts; when the wall clock has moved otherwise, the machine
 * has slept or somebody has set the time, and only the system knows which.
 */
export class Uptime {
  readonly #sources: UptimeSources;
  #read: { readonly uptime: number; readonly monotonic: number } | null = null;
  /** The wall clock's lead over the monotonic one, when it was last looked at. */
  #lead = 0;

  constructor(sources: UptimeSources = { wall: Date.now, monotonic: () => performance.now(), system: systemUptime }) {
    this.#sources = sources;
  }

  /** In milliseconds. */
  now(): number {
    const monotonic = this.#sources.monotonic();
    const lead = this.#sources.wall() - monotonic;
    const moved = Math.abs(lead - this.#lead);
    this.#lead = lead;
    if (this.#read === null || moved > NOTICED_MS || monotonic - this.#read.monotonic > LONGEST_TRUST_MS) {
      this.#read = { uptime: this.#sources.system(), monotonic };
    }
    return this.#read.uptime + monotonic - this.#read.monotonic;
  }
}

function systemUptime(): number {
  return uptime() * 1000;
}
