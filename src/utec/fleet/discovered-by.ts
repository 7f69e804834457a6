import type { DeviceRecord } from "../reading/device-record.ts";

/** One device as one account's discoveries show it. */
export interface Sighting {
  readonly accountId: string;
  readonly record: DeviceRecord;
  /** Discoveries in a row without it. */
  readonly missed: number;
  /** Epoch ms of the first of those; null while it is shown. */
  readonly missingSinceAt: number | null;
}

/** What the discoveries of one account have shown so far. */
export interface AccountList {
  readonly account_id: string;
  /** How many there were, as far as that matters. */
  readonly discoveries: number;
  readonly sightings: readonly Sighting[];
}

/** An account as one that may serve devices; the earlier in a list, the rather. */
export interface Server {
  readonly id: string;
  readonly healthy: boolean;
}

/** Discoveries without a device after which it is gone: one of three locks has been seen missing from a single one. */
const DISCOVERIES_TO_REMOVAL = 3;

/** Which account's discoveries show which device, and which of them serves it. */
export class Sightings {
  /** By device id, then by account id. */
  readonly #sightings = new Map<string, Map<string, Sighting>>();
  /** By account id: its discoveries, as far as they matter. */
  readonly #discoveries = new Map<string, number>();

  /** The devices that any account sees. */
  get deviceIds(): Iterable<string> {
    return this.#sightings.keys();
  }

  /** Takes up what an earlier run has seen. */
  restore(lists: readonly AccountList[]): void {
    for (const { account_id, discoveries, sightings } of lists) {
      this.#discoveries.set(account_id, discoveries);
      for (const sighting of sightings) this.#see(sighting);
    }
  }

  /**
   * To be asked after a discovery of this run: is a device that the account does not have here gone from it for certain?
   * Not before so many in all that a single one without the device does not count.
   */
  isKnown(accountId: string): boolean {
    return (this.#discoveries.get(accountId) ?? 0) >= DISCOVERIES_TO_REMOVAL;
  }

  /** Of each account that was ever discovered. */
  lists(): AccountList[] {
    const all = [...this.#sightings.values()].flatMap((sightings) => [...sightings.values()]);
    return [...this.#discoveries].map(([account_id, discoveries]) => ({
      account_id,
      discoveries,
      sightings: all.filter(({ accountId }) => accountId === account_id),
    }));
  }

  /** Takes in a discovery of the account, of the moment `at` (epoch ms): what is in it, and what is missing from it. */
  discovered(accountId: string, records: readonly DeviceRecord[], at: number): void {
    const discoveries = this.#discoveries.get(accountId) ?? 0;
    this.#discoveries.set(accountId, Math.min(discoveries + 1, DISCOVERIES_TO_REMOVAL));
    for (const record of records) this.#see({ accountId, record, missed: 0, missingSinceAt: null });
    const present = new Set(records.map((record) => record.id));
    for (const [deviceId, sightings] of this.#sightings) {
      const sighting = sightings.get(accountId);
      if (!sighting || present.has(deviceId)) continue;
      const missed = sighting.missed + 1;
      if (missed >= DISCOVERIES_TO_REMOVAL) sightings.delete(accountId);
      else sightings.set(accountId, { ...sighting, missed, missingSinceAt: sighting.missingSinceAt ?? at });
    }
  }

  /** Undefined where the account does not see the device. */
  of(deviceId: string, accountId: string): Sighting | undefined {
    return this.#sightings.get(deviceId)?.get(accountId);
  }

  /**
   * The device as it is served: by the first of `servers` that is healthy and whose latest discovery shows it, else by
   * the first healthy one that sees it, else by the first that does. Undefined when nobody sees it any more.
   */
  serving(deviceId: string, servers: readonly Server[]): Sighting | undefined {
    const sightings = this.#sightings.get(deviceId);
    if (!sightings) return undefined;
    let best: Sighting | undefined;
    let bestRank = -1;
    for (const { id, healthy } of servers) {
      const sighting = sightings.get(id);
      if (!sighting) continue;
      const rank = healthy ? (sighting.missed === 0 ? 2 : 1) : 0;
      if (rank > bestRank) [best, bestRank] = [sighting, rank];
    }
    return best;
  }

  forgetAccount(accountId: string): void {
    this.#discoveries.delete(accountId);
    for (const sightings of this.#sightings.values()) sightings.delete(accountId);
  }

  forgetDevice(deviceId: string): void {
    this.#sightings.delete(deviceId);
  }

  #see(sighting: Sighting): void {
    const { accountId, record } = sighting;
    const sightings = this.#sightings.get(record.id) ?? new Map<string, Sighting>();
    sightings.set(accountId, sighting);
    this.#sightings.set(record.id, sightings);
  }
}
