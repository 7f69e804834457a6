import { isSameJson } from "../../json.ts";
import type { DeviceState } from "../../state/picture.ts";
import type { FleetWriting } from "./fleet-table.ts";
import type { Listing } from "./listings.ts";
import type { StoredDevice, StoredFleet } from "./stored-fleet.ts";

/** What changes although nothing has happened, and what is judged again at each start. */
const UNWRITTEN: ReadonlySet<string> = new Set<keyof DeviceState>([
  "said_at",
  "confirmed_at",
  "freshness",
  "available",
  "trouble",
  "transition",
  "missing_since_at",
]);

/** What the disk has of the fleet, so that only what differs is written. */
export class FleetOnDisk {
  /** The number of lists by account id. */
  readonly #lists = new Map<string, number>();
  readonly #listings = new Map<string, Listing>();
  readonly #devices = new Map<string, StoredDevice>();

  /** The disk holds this, and nothing else. */
  is({ lists, devices }: StoredFleet): void {
    for (const map of [this.#lists, this.#listings, this.#devices]) map.clear();
    this.wrote({
      lists,
      listings: lists.flatMap((list) => list.listings),
      devices,
      goneLists: [],
      goneListings: [],
      goneDevices: [],
    });
  }

  wrote(writing: FleetWriting): void {
    for (const { account_id, discoveries } of writing.lists) this.#lists.set(account_id, discoveries);
    for (const listing of writing.listings) this.#listings.set(keyOf(listing), listing);
    for (const device of writing.devices) this.#devices.set(device.state.id, device);
    for (const accountId of writing.goneLists) this.#lists.delete(accountId);
    for (const listing of writing.goneListings) this.#listings.delete(keyOf(listing));
    for (const deviceId of writing.goneDevices) this.#devices.delete(deviceId);
  }

  /** Is there more to it than the cloud reporting the same again? */
  differs(device: DeviceState): boolean {
    return !isSameJson(this.#devices.get(device.id)?.state, device, UNWRITTEN);
  }

  /** @param withAges the cloud reporting the same again counts, too */
  missing({ lists, devices }: StoredFleet, withAges: boolean): FleetWriting {
    const listings = lists.flatMap((list) => list.listings);
    const accountIds = new Set(lists.map(({ account_id }) => account_id));
    const keys = new Set(listings.map(keyOf));
    const deviceIds = new Set(devices.map(({ state }) => state.id));
    return {
      lists: lists.filter(({ account_id, discoveries }) => this.#lists.get(account_id) !== discoveries),
      listings: listings.filter((listing) => !isSameJson(this.#listings.get(keyOf(listing)), listing)),
      devices: devices.filter((device) => this.differs(device.state) || (withAges && this.#isNewer(device))),
      goneLists: [...this.#lists.keys()].filter((accountId) => !accountIds.has(accountId)),
      goneListings: [...this.#listings].flatMap(([key, listing]) => (keys.has(key) ? [] : listing)),
      goneDevices: [...this.#devices.keys()].filter((deviceId) => !deviceIds.has(deviceId)),
    };
  }

  #isNewer({ state, said }: StoredDevice): boolean {
    return !isSameJson(this.#devices.get(state.id)?.said, said);
  }
}

function keyOf({ accountId, record }: Listing): string {
  return JSON.stringify([accountId, record.id]);
}
