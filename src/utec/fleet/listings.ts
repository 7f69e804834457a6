import type { DeviceRecord } from "../reading/device-record.ts";

/** One device on one account's device list. */
export interface Listing {
  readonly accountId: string;
  readonly record: DeviceRecord;
  /** Lists in a row without it. */
  readonly missed: number;
  /** Epoch ms of the first of those; null while it is listed. */
  readonly missingSinceAt: number | null;
  /** Epoch ms of the latest of those. */
  readonly missedAt: number | null;
  /** How long lists have lacked it, as far as lists came (ms). */
  readonly missingForMs: number;
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

/** Lists without a device after which it may be gone: one of three locks has been seen missing from a single list. */
const LISTS_TO_REMOVAL = 3;
/**
 * So long must lists have lacked a device before it is gone. A cloud may answer a short list for hours; restarts of the
 * gateway and people who look for devices make many lists of a minute; and what is gone here takes with it all that
 * somebody has set of it in Home Assistant.
 */
const MISSING_TO_REMOVAL_MS = 24 * 3_600_000;
/**
 * What counts between two lists at most, twice as much as there usually is: nobody knows what the cloud would have
 * listed while it was away or the gateway was off, and a clock that was set is no time that has passed.
 */
const LONGEST_STEP_MS = 3_600_000;
/** A list that comes so soon after the last one that counted says nothing new of what an account has. */
const COUNTED_APART_MS = 20 * 60_000;

const LISTED = { missed: 0, missingSinceAt: null, missedAt: null, missingForMs: 0 } as const;

/** Which account lists which device, and which of them serves it. */
export class Listings {
  /** By device id, then by account id. */
  readonly #listings = new Map<string, Map<string, Listing>>();
  /** By account id: how many lists there were, as far as that matters. */
  readonly #discoveries = new Map<string, number>();
  /** By account id: when the last list came that counted (epoch ms), of those of this run. */
  readonly #countedAt = new Map<string, number>();

  /** The devices that any account lists. */
  get deviceIds(): Iterable<string> {
    return this.#listings.keys();
  }

  /** Restores what an earlier run knew. */
  restore(lists: readonly AccountList[]): void {
    for (const { account_id, discoveries, listings } of lists) {
      // Nobody knows how soon after each other those of earlier runs came.
      this.#discoveries.set(account_id, discoveries < LISTS_TO_REMOVAL ? 0 : discoveries);
      for (const listing of listings) this.#see(listing);
    }
  }

  /**
   * After a list in this run: is a device that is not here certainly gone from the account? Not before there were so
   * many lists in all, some time apart, that a single one without the device does not count.
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
    this.#count(accountId, at);
    for (const record of records) this.#see({ accountId, record, ...LISTED });
    const present = new Set(records.map((record) => record.id));
    for (const [deviceId, listings] of this.#listings) {
      const listing = listings.get(accountId);
      if (!listing || present.has(deviceId)) continue;
      const still = missedAgain(listing, at);
      if (isGone(still)) listings.delete(accountId);
      else listings.set(accountId, still);
    }
  }

  #count(accountId: string, at: number): void {
    const countedAt = this.#countedAt.get(accountId);
    if (countedAt !== undefined && Math.abs(at - countedAt) < COUNTED_APART_MS) return;
    this.#countedAt.set(accountId, at);
    this.#discoveries.set(accountId, Math.min((this.#discoveries.get(accountId) ?? 0) + 1, LISTS_TO_REMOVAL));
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

  /** Drops a device that the latest lists lack; false where one has it. */
  dropMissing(deviceId: string): boolean {
    const listings = this.#listings.get(deviceId);
    if (!listings || [...listings.values()].some(({ missed }) => missed === 0)) return false;
    listings.clear();
    return true;
  }

  forgetAccount(accountId: string): void {
    this.#discoveries.delete(accountId);
    this.#countedAt.delete(accountId);
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

/** The listing after another list without the device, received at `at` (epoch ms). */
function missedAgain(listing: Listing, at: number): Listing {
  const { missed, missingSinceAt, missedAt, missingForMs } = listing;
  const step = missedAt === null ? 0 : Math.min(Math.max(at - missedAt, 0), LONGEST_STEP_MS);
  return {
    ...listing,
    missed: missed + 1,
    missingSinceAt: missingSinceAt ?? at,
    missedAt: at,
    missingForMs: missingForMs + step,
  };
}

function isGone({ missed, missingForMs }: Listing): boolean {
  return missed >= LISTS_TO_REMOVAL && missingForMs >= MISSING_TO_REMOVAL_MS;
}
