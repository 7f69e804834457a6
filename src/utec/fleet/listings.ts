import type { DeviceRecord } from "../reading/device-record.ts";

/** One device on one account's device list. */
export interface Listing {
  readonly accountId: string;
  readonly record: DeviceRecord;
  /** Lists in a row without it. */
  readonly missed: number;
  /** Epoch ms of the first of those; null while it is listed. */
  readonly missingSinceAt: number | null;
}

/** What one account has listed so far. */
export interface AccountList {
  readonly account_id: string;
  /** How many lists there were, as far as that matters. */
  readonly discoveries: number;
  readonly listings: readonly Listing[];
}

/** An account that may serve devices; earlier accounts are preferred. */
export interface Candidate {
  readonly id: string;
  readonly healthy: boolean;
}

/** Lists without a device after which it is gone: one of three locks has been seen missing from a single list. */
const LISTS_TO_REMOVAL = 3;

/** Which account lists which device, and which of them serves it. */
export class Listings {
  /** By device id, then by account id. */
  readonly #listings = new Map<string, Map<string, Listing>>();
  /** By account id: how many lists there were, as far as that matters. */
  readonly #discoveries = new Map<string, number>();

  /** The devices that any account lists. */
  get deviceIds(): Iterable<string> {
    return this.#listings.keys();
  }

  /** Restores what an earlier run knew. */
  restore(lists: readonly AccountList[]): void {
    for (const { account_id, discoveries, listings } of lists) {
      this.#discoveries.set(account_id, discoveries);
      for (const listing of listings) this.#see(listing);
    }
  }

  /**
   * After a list in this run: is a device that is not here certainly gone from the account? Not before there were so
   * many lists in all that a single one without the device does not count.
   */
  isKnown(accountId: string): boolean {
    return (this.#discoveries.get(accountId) ?? 0) >= LISTS_TO_REMOVAL;
  }

  /** Of each account that was ever listed. */
  lists(): AccountList[] {
    const all = [...this.#listings.values()].flatMap((listings) => [...listings.values()]);
    return [...this.#discoveries].map(([account_id, discoveries]) => ({
      account_id,
      discoveries,
      listings: all.filter(({ accountId }) => accountId === account_id),
    }));
  }

  /** Takes in an account's list received at `at` (epoch ms): what is in it, and what is missing from it. */
  listed(accountId: string, records: readonly DeviceRecord[], at: number): void {
    const discoveries = this.#discoveries.get(accountId) ?? 0;
    this.#discoveries.set(accountId, Math.min(discoveries + 1, LISTS_TO_REMOVAL));
    for (const record of records) this.#see({ accountId, record, missed: 0, missingSinceAt: null });
    const present = new Set(records.map((record) => record.id));
    for (const [deviceId, listings] of this.#listings) {
      const listing = listings.get(accountId);
      if (!listing || present.has(deviceId)) continue;
      const missed = listing.missed + 1;
      if (missed >= LISTS_TO_REMOVAL) listings.delete(accountId);
      else listings.set(accountId, { ...listing, missed, missingSinceAt: listing.missingSinceAt ?? at });
    }
  }

  /** Undefined where the account does not list the device. */
  of(deviceId: string, accountId: string): Listing | undefined {
    return this.#listings.get(deviceId)?.get(accountId);
  }

  /**
   * The listing that serves the device: of the first healthy account whose latest list has it, else of the first
   * healthy one that lists it, else of the first that does. Undefined when no account lists it any more.
   */
  serving(deviceId: string, candidates: readonly Candidate[]): Listing | undefined {
    const listings = this.#listings.get(deviceId);
    if (!listings) return undefined;
    let best: Listing | undefined;
    let bestRank = -1;
    for (const { id, healthy } of candidates) {
      const listing = listings.get(id);
      if (!listing) continue;
      const rank = healthy ? (listing.missed === 0 ? 2 : 1) : 0;
      if (rank > bestRank) [best, bestRank] = [listing, rank];
    }
    return best;
  }

  forgetAccount(accountId: string): void {
    this.#discoveries.delete(accountId);
    for (const listings of this.#listings.values()) listings.delete(accountId);
  }

  forgetDevice(deviceId: string): void {
    this.#listings.delete(deviceId);
  }

  #see(listing: Listing): void {
    const { accountId, record } = listing;
    const listings = this.#listings.get(record.id) ?? new Map<string, Listing>();
    listings.set(accountId, listing);
    this.#listings.set(record.id, listings);
  }
}
