import type { Clock } from "../../clock.ts";
import { isSuspect, witnessOf } from "./clock-check.ts";
import type { ClockReading, ClockWitness } from "./clock-check.ts";

/** How often the time is written down that a clock must not be earlier than. */
const SEEN_EVERY_MS = 10 * 60_000;

/** How far this machine's wall clock can be trusted, by what the clouds' answers and the time last seen say of it. */
export class TrustedClock {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  /** The latest wall-clock time that was trusted. */
  #seenAt: number;
  /** By cloud: one whose clock is wrong speaks for its own accounts alone. */
  readonly #witnesses = new Map<string, ClockWitness>();

  constructor(clock: Pick<Clock, "now" | "monotonic">, seenAt: number) {
    this.#clock = clock;
    this.#seenAt = seenAt;
  }

  /** Compares the clock from now on with the `Date` header that a cloud has just sent. */
  compare(cloud: string, date: string | undefined): void {
    const witness = witnessOf(date, this.#reading());
    if (witness !== null) this.#witnesses.set(cloud, witness);
  }

  /** For the accounts of this cloud. */
  isSuspect(cloud: string): boolean {
    return isSuspect(this.#reading(), this.#seenAt, this.#witnesses.get(cloud) ?? null);
  }

  /**
   * The time that is to be written down as seen; null while that is not needed, or the time is in doubt. A time that a
   * wrong clock left is taken back; one in between needs no writing.
   */
  timeToSave(): number | null {
    const now = this.#clock.now();
    if (Math.abs(now - this.#seenAt) < SEEN_EVERY_MS || !this.#isTrusted()) return null;
    this.#seenAt = now;
    return now;
  }

  /** By one cloud at least; where none was heard, by the time that was trusted last. */
  #isTrusted(): boolean {
    const witnesses = this.#witnesses.size === 0 ? [null] : [...this.#witnesses.values()];
    return witnesses.some((witness) => !isSuspect(this.#reading(), this.#seenAt, witness));
  }

  #reading(): ClockReading {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }
}
