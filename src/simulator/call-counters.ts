import type { FaultKind, FaultPlace } from "./faults/fault.ts";

export interface CommandCounts {
  /** All that reached the cloud, including refused ones. */
  total: number;
  /** Answered with a deferred response. */
  accepted: number;
  /** Carried out by the device. */
  executed: number;
}

export interface Counters {
  /** By outcome: `shown`, `allowed`, `denied`, `refused`, or the fault's kind. */
  readonly authorise: Readonly<Record<string, number>>;
  /** By grant type, then by outcome: `ok`, the OAuth error, or the fault's kind. */
  readonly token: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often a spent refresh token was sent again, forgiven or not. */
  readonly refresh_tokens_reused: number;
  readonly codes_reused: number;
  /** The most refreshes of one grant that ever ran at the same time. */
  readonly refreshes_at_once: number;
  /** By `namespace/name`, then by outcome. */
  readonly actions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Discoveries and queries that the cloud answered. */
  readonly discoveries: number;
  readonly queries: number;
  readonly commands: Readonly<CommandCounts> & {
    readonly by_device: Readonly<Record<string, Readonly<CommandCounts>>>;
    /** All that reached the cloud, by `capability/name`. */
    readonly by_name: Readonly<Record<string, number>>;
  };
}

/** One call and how it ended. */
export interface CallRecord {
  /** Epoch ms. */
  readonly at: number;
  readonly where: FaultPlace;
  readonly name: string;
  readonly outcome: string;
  readonly fault: FaultKind | null;
}

const KEPT_CALLS = 10_000;

/** Counts what the cloud has seen, for the tests to check. */
export class CallCounters {
  #calls: CallRecord[] = [];
  #byPlace = emptyPlaces();
  #refreshTokensReused = 0;
  #codesReused = 0;
  #refreshesAtOnce = 0;
  readonly #flights = new Map<string, number>();
  #commands: CommandCounts = { total: 0, accepted: 0, executed: 0 };
  readonly #byDevice = new Map<string, CommandCounts>();
  #byName: Record<string, number> = {};

  call(record: CallRecord): void {
    this.#calls.push(record);
    if (this.#calls.length > KEPT_CALLS) this.#calls.shift();
    const outcomes = (this.#byPlace[record.where][record.name] ??= {});
    outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
  }

  refreshTokenReused(): void {
    this.#refreshTokensReused += 1;
  }

  codeReused(): void {
    this.#codesReused += 1;
  }

  /** A refresh of the grant begins; call the returned function when it ends. */
  beginFlight(flight: string): () => void {
    const running = (this.#flights.get(flight) ?? 0) + 1;
    this.#flights.set(flight, running);
    this.#refreshesAtOnce = Math.max(this.#refreshesAtOnce, running);
    return () => {
      const left = (this.#flights.get(flight) ?? 1) - 1;
      if (left === 0) this.#flights.delete(flight);
      else this.#flights.set(flight, left);
    };
  }

  command(device_id: string, name: string): void {
    this.#count(device_id, "total");
    this.#byName[name] = (this.#byName[name] ?? 0) + 1;
  }

  commandAccepted(device_id: string): void {
    this.#count(device_id, "accepted");
  }

  commandExecuted(device_id: string): void {
    this.#count(device_id, "executed");
  }

  read(): Counters {
    const { authorise, token, action } = structuredClone(this.#byPlace);
    return {
      authorise: sum(Object.values(authorise)),
      token,
      refresh_tokens_reused: this.#refreshTokensReused,
      codes_reused: this.#codesReused,
      refreshes_at_once: this.#refreshesAtOnce,
      actions: action,
      discoveries: action["Uhome.Device/Discovery"]?.["ok"] ?? 0,
      queries: action["Uhome.Device/Query"]?.["ok"] ?? 0,
      commands: {
        ...this.#commands,
        by_device: structuredClone(Object.fromEntries(this.#byDevice)),
        by_name: { ...this.#byName },
      },
    };
  }

  /** By name, then by outcome: what one place of the cloud was asked. */
  at(place: FaultPlace): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return structuredClone(this.#byPlace[place]);
  }

  /** Oldest first. */
  calls(): CallRecord[] {
    return [...this.#calls];
  }

  /** Flights under way are kept: they will end. */
  clear(): void {
    this.#calls = [];
    this.#byPlace = emptyPlaces();
    this.#refreshTokensReused = 0;
    this.#codesReused = 0;
    this.#refreshesAtOnce = 0;
    this.#commands = { total: 0, accepted: 0, executed: 0 };
    this.#byDevice.clear();
    this.#byName = {};
  }

  #count(device_id: string, what: keyof CommandCounts): void {
    const device = this.#byDevice.get(device_id) ?? { total: 0, accepted: 0, executed: 0 };
    this.#byDevice.set(device_id, device);
    device[what] += 1;
    this.#commands[what] += 1;
  }
}

type Outcomes = Record<string, number>;

function emptyPlaces(): Record<FaultPlace, Record<string, Outcomes>> {
  return { authorise: {}, device: {}, token: {}, action: {}, login: {}, data: {} };
}

function sum(parts: readonly Outcomes[]): Outcomes {
  const total: Outcomes = {};
  for (const [outcome, times] of parts.flatMap((part) => Object.entries(part))) {
    total[outcome] = (total[outcome] ?? 0) + times;
  }
  return total;
}
