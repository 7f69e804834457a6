import { isSameJson } from "../../json.ts";
import type { DeviceState } from "../../state/picture.ts";
import type { FleetWriting } from "./fleet-table.ts";
import type { Sighting } from "./discovered-by.ts";
import type { StoredDevice, StoredFleet } from "./stored-fleet.ts";

/** What moves although nothing has happened, and what is judged anew at each start. */
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
  /** Discoveries by account id. */
  readonly #lists = new Map<string, number>();
  readonly #sightings = new Map<string, Sighting>();
  readonly #devices = new Map<string, StoredDevice>();

  /** The disk has this, and nothing else. */
  is({ lists, devices }: StoredFleet): void {
    for (const map of [this.#lists, this.#sightings, this.#devices]) map.clear();
    this.wrote({
      lists,
      sightings: lists.flatMap((list) => list.sightings),
      devices,
      goneLists: [],
      goneSightings: [],
      goneDevices: [],
    });
  }

  wrote(writing: FleetWriting): void {
    for (const { account_id, discoveries } of writing.lists) this.#lists.set(account_id, discoveries);
    for (const sighting of writing.sightings) this.#sightings.set(keyOf(sighting), sighting);
    for (const device of writing.devices) this.#devices.set(device.state.id, device);
    for (const accountId of writing.goneLists) this.#lists.delete(accountId);
    for (const sighting of writing.goneSightings) this.#sightings.delete(keyOf(sighting));
    for (const deviceId of writing.goneDevices) this.#devices.delete(deviceId);
  }

  /** Is there more to it than that the cloud has said the same again? */
  differs(device: DeviceState): boolean {
    return !isSameJson(this.#devices.get(device.id)?.state, device, UNWRITTEN);
  }

  /** @param withAges the cloud having said the same again counts, too */
  missing({ lists, devices }: StoredFleet, withAges: boolean): FleetWriting {
    const sightings = lists.flatMap((list) => list.sightings);
    const accountIds = new Set(lists.map(({ account_id }) => account_id));
    const keys = new Set(sightings.map(keyOf));
    const deviceIds = new Set(devices.map(({ state }) => state.id));
    return {
      lists: lists.filter(({ account_id, discoveries }) => this.#lists.get(account_id) !== discoveries),
      sightings: sightings.filter((sighting) => !isSameJson(this.#sightings.get(keyOf(sighting)), sighting)),
      devices: devices.filter((device) => this.differs(device.state) || (withAges && this.#isNewer(device))),
      goneLists: [...this.#lists.keys()].filter((accountId) => !accountIds.has(accountId)),
      goneSightings: [...this.#sightings].flatMap(([key, sighting]) => (keys.has(key) ? [] : sighting)),
      goneDevices: [...this.#devices.keys()].filter((deviceId) => !deviceIds.has(deviceId)),
    };
  }

  #isNewer({ state, said }: StoredDevice): boolean {
    return !isSameJson(this.#devices.get(state.id)?.said, said);
  }
}

function keyOf({ accountId, record }: Sighting): string {
  return JSON.stringify([accountId, record.id]);
}
