import type { Clock } from "../clock.ts";
import type { FlightListener, GrantJob, GrantReport } from "../keeper/grant/grant-runner.ts";

export const FLIGHT_OUTCOMES = ["committed", "failed", "broken", "unneeded"] as const satisfies readonly Outcome[];
type Outcome = GrantReport["outcome"];

/** Upper bounds of the histogram, in seconds: a worker starts in tens of milliseconds, a call may take 20 s. */
export const DURATION_BOUNDS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40] as const;

/** What is known of an account's refreshes since the process began. */
export interface FlightFigures {
  readonly inFlight: boolean;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of those that called the token endpoint. `buckets[i]`: how many took at most `DURATION_BOUNDS_S[i]`. */
  readonly duration: { readonly buckets: readonly number[]; readonly count: number; readonly sumS: number };
}

interface Tally {
  startedAt: number | null;
  readonly outcomes: Record<Outcome, number>;
  readonly buckets: number[];
  count: number;
  sumS: number;
}

/** Counts refreshes and measures how long they take, where they run. Sign-ins wait for a person and are not counted. */
export class FlightMeter implements FlightListener {
  readonly #clock: Clock;
  readonly #tallies = new Map<string, Tally>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(account_id: string, kind: GrantJob["kind"]): void {
    if (kind === "refresh") this.#tally(account_id).startedAt = this.#clock.monotonic();
  }

  ended(account_id: string, { outcome }: GrantReport): void {
    const tally = this.#tally(account_id);
    if (tally.startedAt === null) return;
    const seconds = (this.#clock.monotonic() - tally.startedAt) / 1000;
    tally.startedAt = null;
    tally.outcomes[outcome] += 1;
    if (outcome === "unneeded") return;
    DURATION_BOUNDS_S.forEach((bound, index) => {
      if (seconds <= bound) tally.buckets[index] = (tally.buckets[index] ?? 0) + 1;
    });
    tally.count += 1;
    tally.sumS += seconds;
  }

  /** All zero for an account that was never refreshed. */
  read(account_id: string): FlightFigures {
    const { startedAt, outcomes, buckets, count, sumS } = this.#tallies.get(account_id) ?? newTally();
    return { inFlight: startedAt !== null, outcomes, duration: { buckets, count, sumS } };
  }

  #tally(account_id: string): Tally {
    const known = this.#tallies.get(account_id);
    if (known !== undefined) return known;
    const tally = newTally();
    this.#tallies.set(account_id, tally);
    return tally;
  }
}

function newTally(): Tally {
  return {
    startedAt: null,
    outcomes: { committed: 0, failed: 0, broken: 0, unneeded: 0 },
    buckets: DURATION_BOUNDS_S.map(() => 0),
    count: 0,
    sumS: 0,
  };
}
