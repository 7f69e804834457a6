import type { Arranged } from "../../arrangement/arrangement.ts";
import type { UptimeClock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { AccountState, DeviceState } from "../../state/picture.ts";
import type { DeviceTarget } from "../cloud/client.ts";
import type { CloudHealth } from "../cloud/cloud-health.ts";
import { absorbReport, arranged, describeDevice } from "./device-state.ts";
import type { DeviceRecord } from "../reading/device-record.ts";
import { freshnessOf, hasMainState, isAvailable, limitsOf, troubleOf, wasMainStateReported } from "./freshness.ts";
import type { AgeLimits, FreshnessRules } from "./freshness.ts";
import { Listings } from "./listings.ts";
import type { AccountList, Candidate } from "./listings.ts";
import { StateAges } from "./state-ages.ts";
import { saysOffline } from "../reading/states.ts";
import type { DeviceReport } from "../reading/states.ts";
import type { StoredDevice, StoredFleet } from "./stored-fleet.ts";

export interface FleetOptions {
  readonly picture: LivePicture;
  readonly health: CloudHealth;
  readonly clock: UptimeClock;
  readonly log: Log;
  readonly rules: FreshnessRules;
  /**
   * Between two polls of an account while nothing happens; `paced` is called for an account that is polled at another
   * pace.
   */
  readonly pollIntervalMs: number;
  /** The names and the order that people give; without it the cloud's. */
  readonly arrangement?: { readonly of: (deviceId: string) => Arranged };
  /** Called when the machine has slept. */
  readonly onWake: () => void;
  /** Called when an account's devices were listed, or the account is gone. */
  readonly onListed?: () => void;
}

/** Where a request about a device is sent. */
export interface Route {
  readonly accountId: string;
  readonly target: DeviceTarget;
}

/** How many answers in a row must say so before a device is in trouble: single ones come and go within one poll. */
const ANSWERS_TO_TROUBLE = 2;

/**
 * All devices of all accounts. A device that two accounts list is one device, served by one of them. Writes into the
 * picture what the cloud reports of devices, and how far it can be trusted as time passes; does no I/O.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #picture: LivePicture;
  readonly #listings = new Listings();
  readonly #ages: StateAges;
  /** By account id, of those that are polled at another pace than the others. */
  readonly #limits = new Map<string, AgeLimits>();
  readonly #usualLimits: AgeLimits;
  /** By device id: reports in a row that said "offline". */
  readonly #offlineReports = new Map<string, number>();
  /** By device id: polls in a row that were answered without it, or without its main state. */
  readonly #silentPolls = new Map<string, number>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#picture = options.picture;
    this.#usualLimits = limitsOf(options.pollIntervalMs, options.rules);
    this.#ages = new StateAges({
      clock: options.clock,
      limitsOf: (deviceId) => this.#limitsOf(this.#picture.device(deviceId)?.account_id),
      onTurn: () => this.#judgeAll(),
      onWake: options.onWake,
    });
  }

  /**
   * Starts with what the last run knew of the accounts that still exist: old, until the cloud reports it again.
   * @param ageOf of a device's main state (ms; Infinity where it is not known), if that was ever reported
   */
  restore({ lists, devices }: StoredFleet, ageOf: (device: StoredDevice) => number): void {
    this.#listings.restore(lists.filter(({ account_id }) => this.#picture.account(account_id)));
    const seen = new Set(this.#listings.deviceIds);
    const said = devices.filter(({ state }) => seen.has(state.id) && wasMainStateReported(state));
    this.#ages.restore(new Map(said.map((device) => [device.state.id, ageOf(device)])));
    this.refresh(new Map(devices.map(({ state }) => [state.id, state])));
  }

  /** What each account has listed. */
  lists(): AccountList[] {
    return this.#listings.lists();
  }

  /**
   * The uptime at which the main state was reported; undefined where it never was, -Infinity where it is not known
   * when.
   */
  saidAt(deviceId: string): number | undefined {
    return this.#ages.saidAt(deviceId);
  }

  /** The account that serves the device, and the device as requests to its cloud name it. */
  route(deviceId: string): Route | undefined {
    const serving = this.#listings.serving(deviceId, this.#candidates());
    return serving && { accountId: serving.accountId, target: asTarget(serving.record) };
  }

  /**
   * The devices that a poll of the account asks for: those that it serves. While its cloud does not answer: all that it
   * lists, because the first answer makes it serve them again.
   */
  targets(accountId: string): DeviceTarget[] {
    const candidates = this.#candidates();
    const answers = this.#options.health.answers(accountId);
    const targets: DeviceTarget[] = [];
    for (const deviceId of this.#listings.deviceIds) {
      const listing = this.#listings.of(deviceId, accountId);
      if (!listing) continue;
      if (!answers || this.#listings.serving(deviceId, candidates) === listing) targets.push(asTarget(listing.record));
    }
    return targets;
  }

  /** Takes in the account's device list: what is in it, and what is missing from it. */
  listed(accountId: string, records: readonly DeviceRecord[]): void {
    this.#listings.listed(accountId, records, this.#options.clock.now());
    this.refresh();
    if (this.#listings.isKnown(accountId)) this.#options.health.devicesAreKnown(accountId);
    this.#options.onListed?.();
  }

  /** Takes in what the account's cloud reports of devices, for those that the account serves. */
  reported(accountId: string, reports: readonly DeviceReport[]): void {
    const at = this.#options.clock.now();
    const candidates = this.#candidates();
    const devices: DeviceState[] = [];
    const confirmed: string[] = [];
    for (const report of reports) {
      const known = this.#picture.device(report.id);
      if (!known || this.#listings.serving(report.id, candidates)?.accountId !== accountId) continue;
      const device = { ...absorbReport(known, report, at), online: this.#online(known, report) };
      if (device.confirmed_at === at) confirmed.push(device.id);
      devices.push(device);
    }
    this.#ages.said(confirmed);
    for (const id of confirmed) this.#silentPolls.delete(id);
    this.#picture.update({ devices: this.#judge(devices) });
  }

  /** The uptime at which a poll begins, for `polled`. */
  get now(): number {
    return this.#ages.now;
  }

  /**
   * A poll that began at `since` was answered: a device that it asked for and that was left out is silent.
   * @param reports by device id; already passed to `reported`
   */
  polled(targets: readonly DeviceTarget[], reports: ReadonlyMap<string, DeviceReport>, since: number): void {
    const turned: DeviceState[] = [];
    for (const { id } of targets) {
      const device = this.#picture.device(id);
      if (!device) continue;
      const report = reports.get(id);
      const isSilent = !report || (!saysOffline(report) && hasMainState(device) && !this.#ages.saidSince(id, since));
      const polls = this.#silentPolls.get(id) ?? 0;
      if (isSilent) this.#silentPolls.set(id, polls + 1);
      else this.#silentPolls.delete(id);
      if (isSilent || polls > 0) turned.push(device);
    }
    this.#picture.update({ devices: this.#judge(turned) });
  }

  /** From now on the account is polled at this pace while nothing happens. */
  paced(accountId: string, pollIntervalMs: number): void {
    const { rules } = this.#options;
    const limits = limitsOf(pollIntervalMs, rules);
    if (limits.staleMs === this.#limitsOf(accountId).staleMs) return;
    this.#limits.set(accountId, limits);
    this.#ages.limitsChanged();
    this.#judgeAll();
  }

  /** Somebody says that a device that lists lack is gone; false where one has it. */
  remove(deviceId: string): boolean {
    if (!this.#listings.dropMissing(deviceId)) return false;
    this.refresh();
    this.#options.onListed?.();
    return true;
  }

  /** The account is gone, and with it the devices that no other account lists. */
  forget(accountId: string): void {
    this.#listings.forgetAccount(accountId);
    this.#limits.delete(accountId);
    this.refresh();
    this.#options.onListed?.();
  }

  /** Writes every device again as its serving account describes it: accounts may have recovered, failed or gone. */
  refresh(restored?: ReadonlyMap<string, DeviceState>): void {
    const { arrangement } = this.#options;
    const candidates = this.#candidates();
    const devices: DeviceState[] = [];
    const gone: string[] = [];
    for (const deviceId of this.#listings.deviceIds) {
      const known = this.#picture.device(deviceId) ?? restored?.get(deviceId);
      const serving = this.#listings.serving(deviceId, candidates);
      if (serving) {
        const device = arranged(describeDevice(serving.record, serving.accountId, known), arrangement?.of(deviceId));
        if (!known) this.#logNew(device);
        devices.push(device);
      } else {
        gone.push(deviceId);
        this.#options.log.info("Device removed.", { device: known?.name, device_id: deviceId });
      }
    }
    for (const deviceId of gone) {
      this.#listings.forgetDevice(deviceId);
      this.#ages.forget(deviceId);
      this.#offlineReports.delete(deviceId);
      this.#silentPolls.delete(deviceId);
    }
    this.#picture.update({ devices: this.#judge(devices), removed_devices: gone });
  }

  /** From now on nothing ages. */
  stop(): void {
    this.#ages.stop();
  }

  #judgeAll(): void {
    this.#picture.update({ devices: this.#judge(this.#picture.devices()) });
  }

  /** The devices, with how far they can be trusted now. */
  #judge(devices: readonly DeviceState[]): DeviceState[] {
    const accounts = new Map(this.#picture.accounts().map((account) => [account.id, account]));
    const ageOf = this.#ages.reading();
    return devices.map((device) => {
      const account = accounts.get(device.account_id);
      const listing = this.#listings.of(device.id, device.account_id);
      const freshness = freshnessOf(ageOf(device.id), this.#limitsOf(device.account_id));
      return {
        ...device,
        freshness,
        available: isAvailable(device.online, freshness),
        trouble: troubleOf({
          signedIn: account !== undefined && canAsk(account),
          cloudAnswers: this.#options.health.answers(device.account_id),
          online: device.online,
          missing: listing?.missed !== 0,
          unreported: (this.#silentPolls.get(device.id) ?? 0) >= ANSWERS_TO_TROUBLE,
        }),
        missing_since_at: listing?.missingSinceAt ?? null,
      };
    });
  }

  #limitsOf(accountId: string | undefined): AgeLimits {
    return (accountId === undefined ? undefined : this.#limits.get(accountId)) ?? this.#usualLimits;
  }

  #online(device: DeviceState, report: DeviceReport): boolean | null {
    if (!saysOffline(report)) {
      if (report.online === undefined) return device.online;
      this.#offlineReports.delete(device.id);
      return true;
    }
    const reports = (this.#offlineReports.get(device.id) ?? 0) + 1;
    this.#offlineReports.set(device.id, reports);
    return device.online === null || reports >= ANSWERS_TO_TROUBLE ? false : device.online;
  }

  /** In the order of the picture. */
  #candidates(): Candidate[] {
    return this.#picture
      .accounts()
      .map((account) => ({ id: account.id, healthy: canAsk(account) && this.#options.health.answers(account.id) }));
  }

  #logNew(device: DeviceState): void {
    const { name, kind, model, category, handle_type } = device;
    const fields = { device: name, device_id: device.id, kind, model, category, handle_type };
    this.#options.log.info("Device found.", fields);
  }
}

/**
 * Does the keeper have a token for requests, or will it soon? Otherwise a person has to act first, or is acting: during
 * the first sign-in the account is refreshing, and there is no token yet. After a sign-in has ended, its last token can
 * still be used as long as it lives.
 */
export function canAsk({ status, obtained_at, token_usable }: AccountState): boolean {
  return token_usable || (obtained_at !== null && status !== "sign_in_needed" && status !== "misconfigured");
}

function asTarget({ id, customData }: DeviceRecord): DeviceTarget {
  return { id, customData };
}
