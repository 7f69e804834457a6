import { Arrangement, MemoryArrangement } from "../../arrangement/arrangement.ts";
import type { ArrangementWish } from "../../arrangement/arrangement.ts";
import { tidyName } from "../../arrangement/given-name.ts";
import { sleep } from "../../clock.ts";
import type { UptimeClock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { DeviceState } from "../../state/picture.ts";
import { AccountPoll } from "./account-poll.ts";
import { AccountReader } from "./account-reader.ts";
import { BatchedQuery } from "./batched-query.ts";
import type { UtecClient } from "../cloud/client.ts";
import { CloudHealth } from "../cloud/cloud-health.ts";
import { FleetRecorder } from "../fleet/fleet-recorder.ts";
import type { FleetStore } from "../fleet/fleet-store.ts";
import { Fleet, canAsk } from "../fleet/fleet.ts";
import type { Route } from "../fleet/fleet.ts";
import type { FreshnessRules } from "../fleet/freshness.ts";
import type { PushHealth } from "../cloud/push-health.ts";
import type { DeviceReport } from "../reading/states.ts";
import { phrase } from "../../said/phrase.ts";

export interface PollerOptions {
  readonly client: UtecClient;
  readonly picture: LivePicture;
  readonly clock: UptimeClock;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  readonly log: Log;
  /** Between two polls of an account while nothing happens. */
  readonly intervalMs?: number;
  readonly freshness?: FreshnessRules;
  /** The names and the order that people give; without it they last as long as the gateway runs. */
  readonly arrangement?: Arrangement;
  /** If there is a push channel. */
  readonly push?: PushHealth;
  /** Where the devices are kept for the next run. */
  readonly memory?: { readonly store: FleetStore; readonly boot: string | null };
}

const INTERVAL_MS = 30_000;
const FRESHNESS: FreshnessRules = { staleAfterPolls: 3, unavailableAfterMs: 15 * 60_000 };
/**
 * A few accounts that start together are polled at once, each further one this much later: not all at the same moment.
 */
const FIRST_POLLS = { atOnce: 5, apartMs: 250 } as const;
/** Accounts of other clouds have tokens too, but no locks. */
const PROVIDER = "utec";

/**
 * Keeps the picture's devices up to date: polls each account while there is a token for it, and reads single devices
 * for commands that wait for a change. Follows the picture's accounts by itself.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #log: Log;
  readonly #health: CloudHealth;
  readonly #fleet: Fleet;
  readonly #arrangement: Arrangement;
  readonly #recorder: FleetRecorder | undefined;
  readonly #readers = new Map<string, AccountReader>();
  readonly #polls = new Map<string, AccountPoll>();
  /** By account id: when its present token was obtained. */
  readonly #tokens = new Map<string, number | null>();
  readonly #intervalMs: number;
  /** When the first polls will be done (uptime). */
  #firstPollsUntil = -Infinity;
  #unsubscribe: (() => void)[] = [];

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#log = options.log.part("poller");
    const { picture, clock } = options;
    this.#health = new CloudHealth({ picture, clock, log: this.#log, onTurn: () => this.#fleet.refresh() });
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS;
    this.#arrangement = options.arrangement ?? new Arrangement(new MemoryArrangement());
    this.#fleet = new Fleet({
      picture,
      arrangement: this.#arrangement,
      clock,
      health: this.#health,
      log: this.#log,
      rules: options.freshness ?? FRESHNESS,
      pollIntervalMs: this.#intervalMs,
      onWake: () => {
        for (const poll of this.#polls.values()) poll.reconsider();
      },
      onListed: () => this.#recorder?.soon(),
    });
    const { memory } = options;
    this.#recorder = memory && new FleetRecorder({ ...memory, fleet: this.#fleet, picture, clock });
  }

  /** Restores what the last run knew of the devices, then polls the cloud. */
  start(): void {
    const { picture, push } = this.#options;
    this.#recorder?.start();
    this.#unsubscribe.push(
      picture.subscribe(({ set, removed }) => {
        if (set.accounts || removed.accounts) this.#follow();
      }),
    );
    if (push) this.#unsubscribe.push(push.subscribe((accountId) => this.#polls.get(accountId)?.reconsider()));
    this.#follow();
  }

  /** Abandons the query in progress. The picture stays as it is. */
  stop(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#recorder?.stop();
    this.#fleet.stop();
    for (const poll of this.#polls.values()) poll.stop();
    for (const reader of this.#readers.values()) reader.stop();
    this.#polls.clear();
    this.#readers.clear();
  }

  /**
   * Resolves when all accounts that can be polled have been polled once, with whatever result; after `limitMs` at the
   * latest.
   */
  async looked(limitMs: number): Promise<void> {
    const limit = new AbortController();
    await Promise.race([
      Promise.all([...this.#polls.values()].map((poll) => poll.looked)),
      sleep(this.#options.clock, limitMs, limit.signal).catch(() => undefined),
    ]);
    limit.abort();
  }

  /** Lists the devices of all accounts now. */
  listDevices(): void {
    for (const poll of this.#polls.values()) poll.listDevices();
  }

  /**
   * Removes a device that the cloud lists no longer, without waiting until that is certain.
   * @throws Problem `device_not_found`, `bad_request` for one that it lists
   */
  remove(deviceId: string): void {
    const device = this.#options.picture.device(deviceId);
    if (!device) throw notFound(deviceId);
    if (this.#fleet.remove(deviceId)) return;
    const sentence = phrase("device_still_listed", { device: device.name });
    throw new Problem("bad_request", sentence, { field: "device_id" });
  }

  /**
   * Names a device as a person wants it, or pins it; returns it as it is from now on.
   * @throws Problem `device_not_found`, `bad_request` with the field, `store_failed`
   */
  arrange(deviceId: string, wish: ArrangementWish): DeviceState {
    const device = this.#options.picture.device(deviceId);
    if (!device) throw notFound(deviceId);
    // Who types the cloud's own name wants no other.
    const name = typeof wish.name === "string" && tidyName(wish.name) === device.cloud_name ? null : wish.name;
    this.#arrangement.change(deviceId, { ...wish, ...(name === undefined ? {} : { name }) });
    this.#fleet.refresh();
    return this.#options.picture.device(deviceId) ?? device;
  }

  /**
   * Asks the cloud for the states of an account's devices now, at most once in 5 s; who asks meanwhile joins. Resolves when
   * its answer is in the picture. An account without devices has nothing to ask for.
   * @throws Problem `account_not_found`; `sign_in_needed` where it cannot be asked; as UtecClient.query
   */
  async askNow(accountId: string): Promise<void> {
    await this.#pollOf(accountId)?.askNow();
  }

  /**
   * Asks the cloud which devices an account has, now, at most once in 5 s; who asks meanwhile joins. Resolves when they are
   * in the picture.
   * @throws as askNow
   */
  async listNow(accountId: string): Promise<void> {
    await this.#pollOf(accountId)?.listNow();
  }

  /** Something has happened to the device: poll its account more often for a minute. */
  soon(deviceId: string): void {
    const route = this.route(deviceId);
    if (route) this.#polls.get(route.accountId)?.soon();
  }

  /** Which account serves the device; undefined for a device that is not (yet) known. */
  route(deviceId: string): Route | undefined {
    return this.#fleet.route(deviceId);
  }

  /** The account's cloud has answered outside of a poll: any outage is over. */
  answered(accountId: string): void {
    if (!this.#health.answers(accountId)) this.#health.succeeded(accountId);
    this.#polls.get(accountId)?.answered();
  }

  /** Writes what the cloud reported of a device outside of a poll (in the answer to a command). */
  reported(accountId: string, report: DeviceReport): void {
    this.#fleet.reported(accountId, [report]);
  }

  /**
   * What the cloud reports of the device now, once it is in the picture; undefined when it reported nothing.
   * @throws Problem `device_not_found`; as UtecClient.query
   */
  async read(deviceId: string): Promise<DeviceReport | undefined> {
    const route = this.route(deviceId);
    const reader = route && this.#readers.get(route.accountId);
    if (!reader) throw notFound(deviceId);
    const reports = await reader.read([route.target]);
    this.answered(route.accountId);
    return reports.get(deviceId);
  }

  /** Undefined for an account without devices. @throws Problem `account_not_found`, `sign_in_needed` */
  #pollOf(accountId: string): AccountPoll | undefined {
    const account = this.#options.picture.account(accountId);
    if (!account) throw new Problem("account_not_found", phrase("account_unknown", { id: accountId }));
    if (account.provider !== PROVIDER) return undefined;
    const poll = this.#polls.get(accountId);
    if (!poll) throw new Problem("sign_in_needed", phrase("account_to_sign_in", { name: account.name }));
    return poll;
  }

  #follow(): void {
    const { picture } = this.#options;
    for (const account of picture.accounts().filter(({ provider }) => provider === PROVIDER)) {
      const reader = this.#readers.get(account.id) ?? this.#newReader(account.id);
      this.#readers.set(account.id, reader);
      const poll = this.#polls.get(account.id);
      if (canAsk(account) && !poll) {
        this.#polls.set(account.id, this.#newPoll(account.id, reader));
      } else if (!canAsk(account) && poll) {
        poll.stop();
        this.#polls.delete(account.id);
      } else if (poll && this.#tokens.get(account.id) !== account.obtained_at) {
        poll.tokenRenewed();
      }
      this.#tokens.set(account.id, account.obtained_at);
    }
    for (const [accountId, reader] of this.#readers) {
      if (picture.account(accountId)) continue;
      this.#polls.get(accountId)?.stop();
      this.#polls.delete(accountId);
      reader.stop();
      this.#readers.delete(accountId);
      this.#tokens.delete(accountId);
      this.#health.forget(accountId);
      this.#fleet.forget(accountId);
    }
    this.#fleet.refresh();
  }

  #newReader(accountId: string): AccountReader {
    const { client, clock } = this.#options;
    return new AccountReader({
      accountId,
      query: new BatchedQuery({ accountId, client, clock, log: this.#log }),
      fleet: this.#fleet,
      health: this.#health,
    });
  }

  #firstPollIn(): number {
    const { atOnce, apartMs } = FIRST_POLLS;
    const now = this.#options.clock.uptime();
    this.#firstPollsUntil = Math.max(now, this.#firstPollsUntil) + apartMs;
    return Math.max(0, this.#firstPollsUntil - now - atOnce * apartMs);
  }

  #newPoll(accountId: string, reader: AccountReader): AccountPoll {
    const { push } = this.#options;
    return new AccountPoll({
      accountId,
      accountName: () => this.#options.picture.account(accountId)?.name ?? "a removed account",
      client: this.#options.client,
      fleet: this.#fleet,
      health: this.#health,
      reader,
      clock: this.#options.clock,
      random: this.#options.random,
      log: this.#log,
      intervalMs: this.#intervalMs,
      isPushed: () => push?.isHealthy(accountId) ?? false,
      firstInMs: this.#firstPollIn(),
    });
  }
}

function notFound(deviceId: string): Problem {
  return new Problem("device_not_found", phrase("device_unknown", { id: deviceId.slice(0, 60) }));
}
