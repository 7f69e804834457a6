import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { AccountState, DeviceState } from "../state/picture.ts";
import type { DeviceTarget } from "./client.ts";
import type { CloudHealth } from "./cloud-health.ts";
import { absorb, describe } from "./devices.ts";
import type { DeviceRecord } from "./devices.ts";
import type { DeviceReport } from "./states.ts";

export interface FleetOptions {
  readonly picture: LivePicture;
  readonly health: CloudHealth;
  readonly clock: Clock;
  readonly log: Log;
}

/** One device as one account's Discovery shows it. */
interface Sighting {
  readonly record: DeviceRecord;
  /** Discoveries in a row without it. */
  readonly missed: number;
}

/** Where a request about a device goes. */
export interface Route {
  readonly accountId: string;
  readonly target: DeviceTarget;
}

/** Discoveries without a device after which it is gone: one of three locks has been seen missing from a single one. */
const DISCOVERIES_TO_REMOVAL = 3;

/** Reports after which a device counts as offline: single ones come and go within one poll. */
const REPORTS_TO_OFFLINE = 2;

/**
 * All devices of all accounts. A device that two accounts see is one device, served by the first of them (in the order
 * of the picture) that is healthy. Writes what the cloud says of devices into the picture; does no I/O.
 */
export class Fleet {
  readonly #picture: LivePicture;
  readonly #health: CloudHealth;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By device id, then by account id. */
  readonly #sightings = new Map<string, Map<string, Sighting>>();
  /** By device id: reports in a row that said "offline". */
  readonly #offlineReports = new Map<string, number>();

  constructor(options: FleetOptions) {
    this.#picture = options.picture;
    this.#health = options.health;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** The account that serves the device, and the device as that account's cloud wants it named. */
  route(deviceId: string): Route | undefined {
    const sightings = this.#sightings.get(deviceId);
    if (!sightings) return undefined;
    const seeing = this.#picture.accounts().filter(({ id }) => sightings.has(id));
    const serving = seeing.find(({ id }) => this.#isHealthy(id)) ?? seeing[0];
    const record = serving && sightings.get(serving.id)?.record;
    return record && { accountId: serving.id, target: { id: record.id, customData: record.customData } };
  }

  /**
   * The devices that a poll of the account asks for: those that it serves. While its cloud does not answer it asks for
   * all that it sees, for the first answer makes it serve them again.
   */
  targets(accountId: string): DeviceTarget[] {
    const targets: DeviceTarget[] = [];
    for (const [deviceId, sightings] of this.#sightings) {
      const record = sightings.get(accountId)?.record;
      if (!record) continue;
      const serves = this.route(deviceId)?.accountId === accountId;
      if (serves || !this.#health.answers(accountId)) targets.push({ id: deviceId, customData: record.customData });
    }
    return targets;
  }

  /** Takes in a Discovery of the account: what is in it, and what is missing from it. */
  discovered(accountId: string, records: readonly DeviceRecord[]): void {
    for (const record of records) {
      const sightings = this.#sightings.get(record.id) ?? new Map<string, Sighting>();
      sightings.set(accountId, { record, missed: 0 });
      this.#sightings.set(record.id, sightings);
    }
    const present = new Set(records.map((record) => record.id));
    for (const [deviceId, sightings] of this.#sightings) {
      const sighting = sightings.get(accountId);
      if (!sighting || present.has(deviceId)) continue;
      const missed = sighting.missed + 1;
      if (missed < DISCOVERIES_TO_REMOVAL) sightings.set(accountId, { ...sighting, missed });
      else sightings.delete(accountId);
    }
    this.refresh();
  }

  /** Takes in what the account's cloud reports of devices, for those that the account serves. */
  reported(accountId: string, reports: readonly DeviceReport[]): void {
    const devices: DeviceState[] = [];
    for (const report of reports) {
      const device = this.#picture.device(report.id);
      if (!device || this.route(report.id)?.accountId !== accountId) continue;
      const online = this.#online(device, report);
      devices.push({ ...absorb(device, report, this.#clock.now()), online });
    }
    this.#picture.update({ devices });
  }

  /** The account is gone, and with it the devices that nobody else sees. */
  forget(accountId: string): void {
    for (const sightings of this.#sightings.values()) sightings.delete(accountId);
    this.refresh();
  }

  /** Writes every device anew as its serving account describes it: accounts may have become healthy, ill or gone. */
  refresh(): void {
    const devices: DeviceState[] = [];
    const gone: string[] = [];
    for (const [deviceId, sightings] of this.#sightings) {
      const known = this.#picture.device(deviceId);
      const accountId = this.route(deviceId)?.accountId;
      const record = accountId === undefined ? undefined : sightings.get(accountId)?.record;
      if (accountId !== undefined && record) {
        const device = describe(record, accountId, known);
        if (!known) this.#greet(device);
        devices.push(device);
      } else {
        gone.push(deviceId);
        this.#log.info("A device is gone.", { device: known?.name, device_id: deviceId });
      }
    }
    for (const deviceId of gone) {
      this.#sightings.delete(deviceId);
      this.#offlineReports.delete(deviceId);
    }
    this.#picture.update({ devices, removed_devices: gone });
  }

  #online(device: DeviceState, report: DeviceReport): boolean | null {
    const offline = report.online === false || report.error?.code.toUpperCase() === "DEVICE_OFFLINE";
    if (!offline) {
      if (report.online === undefined) return device.online;
      this.#offlineReports.delete(device.id);
      return true;
    }
    const reports = (this.#offlineReports.get(device.id) ?? 0) + 1;
    this.#offlineReports.set(device.id, reports);
    return device.online === null || reports >= REPORTS_TO_OFFLINE ? false : device.online;
  }

  #isHealthy(accountId: string): boolean {
    const account = this.#picture.account(accountId);
    return account !== undefined && canAsk(account) && this.#health.answers(accountId);
  }

  #greet(device: DeviceState): void {
    const { name, kind, model, category, handle_type } = device;
    this.#log.info("A device is there.", { device: name, device_id: device.id, kind, model, category, handle_type });
  }
}

/**
 * Does the keeper have a token to ask with, or a newer one soon? Otherwise a person has to do something first, or is
 * doing it: during the first sign-in the account is refreshing, and there is no token yet.
 */
export function canAsk({ status, obtained_at }: AccountState): boolean {
  return obtained_at !== null && status !== "sign_in_needed" && status !== "misconfigured";
}
