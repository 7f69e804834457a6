import type { AccessToken } from "../../../src/keeper/account.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import type { Keeper } from "../../../src/keeper/keeper.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import type { Vault } from "../../../src/keeper/vault/vault.ts";
import { DETAILS } from "../../keeper/house.ts";
import { removeFolder } from "../../remove-folder.ts";
import { SeededRandom } from "../chance.ts";
import { Askers } from "./askers.ts";
import { bootGateway } from "./boot.ts";
import type { Boot } from "./boot.ts";
import type { CallFault } from "./cloud.ts";
import { FaultyDisk } from "../faulty-disk.ts";
import { Judge } from "./judge.ts";
import type { JudgeRules } from "./judge.ts";
import { Promises } from "./promises.ts";
import type { WorldCounts } from "./promises.ts";

export interface WorldOptions {
  readonly rules: JudgeRules;
  readonly seed: number;
  readonly provider?: Partial<Provider>;
  /** How often the keeper looks at the wall clock. */
  readonly tickMs?: number;
}

const START = Date.UTC(2026, 0, 1, 6);

/**
 * One gateway's keeper in a deterministic world: the real vault on a real SQLite file, the real keeper and procedure;
 * clock, chance, cloud, disk and power are the world's. While it runs, the world holds what it sees against the keeper's
 * promises and throws on the first that is broken.
 */
export class World {
  readonly judge: Judge;
  readonly disk = new FaultyDisk();
  readonly counts: WorldCounts = { calls: 0, refreshes: 0, boots: 0, reads: 0, signIns: 0 };
  /** The power fails when the procedure is at this step for the n-th time from now. */
  crashAt: { readonly step: GrantStep; after: number } | null = null;
  readonly #random: SeededRandom;
  readonly #provider: Provider;
  readonly #tickMs: number;
  #boot: Boot;
  /** True time is this plus the machine's monotonic clock. */
  #trueStart = START;
  #crashed = false;
  readonly #promises: Promises;
  #askers: Askers;

  constructor(options: WorldOptions) {
    this.judge = new Judge(options.rules);
    this.#promises = new Promises(this.judge, this.counts);
    this.#random = new SeededRandom(options.seed);
    const provider = options.rules.login
      ? { ...wattTimeProvider(), tokenUrl: "https://cloud.test/login" }
      : utecProvider({ oauthUrl: "https://cloud.test", apiUrl: "https://cloud.test" });
    this.#provider = { ...provider, ...options.provider };
    this.#tickMs = options.tickMs ?? 30_000;
    this.disk.onPowerLost = () => (this.#crashed = true);
    this.#askers = this.#newAskers();
    this.#boot = this.#start(START);
  }

  /** Ends everything. */
  remove(): void {
    this.disk.drop();
    removeFolder(this.disk.folder);
  }

  get trueNow(): number {
    return this.#trueStart + this.#boot.clock.monotonic();
  }

  get keeper(): Keeper {
    return this.#boot.keeper;
  }

  get vault(): Vault {
    return this.#boot.vault;
  }

  get accountId(): string | null {
    return this.#boot.keeper.accounts()[0]?.id ?? null;
  }

  get status(): string {
    return this.#boot.keeper.accounts()[0]?.status ?? "none";
  }

  get busy(): boolean {
    return this.#boot.jobs.underWay > 0;
  }

  // What befalls the gateway

  queueCallFaults(fault: CallFault, times: number): void {
    this.#boot.cloud.faults.push(...Array.from({ length: times }, () => fault));
  }

  failIdentity(times: number): void {
    this.#boot.cloud.identityFails += times;
  }

  clearFaults(): void {
    this.#boot.cloud.faults.length = 0;
    this.#boot.cloud.identityFails = 0;
    this.disk.fault = null;
    this.disk.powerLoss = null;
    this.crashAt = null;
  }

  /** Somebody sets the clock; only the gateway is fooled. */
  jumpClock(ms: number): void {
    this.#promises.onClockSet();
    this.#boot.clock.jump(ms);
  }

  /** NTP has found the true time. */
  correctClock(): void {
    this.jumpClock(this.trueNow - this.#boot.clock.now());
  }

  /** The machine sleeps: its monotonic clock stands still. */
  suspend(ms: number): void {
    this.#trueStart += ms;
    this.jumpClock(ms);
  }

  /** The process dies now, and starts again after `offMs` with the clock at `wall` (the true time, unless told). */
  async crash(offMs: number, wall?: number): Promise<void> {
    await settle(this.#boot.jobs.underWay > 0);
    this.#restart(offMs, wall);
    await settle(true);
  }

  // What people and the house ask

  addAccount(): void {
    const { rules, password } = this.judge;
    const details = rules.login
      ? ({ provider: "watttime", name: "Home", username: "ada", password } as const)
      : DETAILS;
    if (this.accountId === null) this.#askers.attempt(() => this.keeper.addAccount(details));
  }

  /** The person signs in, or enters the password anew. */
  signIn(): void {
    const id = this.accountId;
    if (id === null) return;
    this.counts.signIns++;
    if (this.judge.rules.login) {
      this.#askers.attempt(() => this.keeper.updateAccount(id, { password: this.judge.password }));
      return;
    }
    this.#askers.ask(this.keeper.exchange(this.judge.code(), id));
  }

  signOut(): void {
    const id = this.accountId;
    if (id === null) return;
    this.#promises.onLeaving();
    this.#askers.ask(this.keeper.signOut(id).then(() => this.#promises.onLeft()));
  }

  removeAccount(): void {
    const id = this.accountId;
    if (id === null) return;
    this.#promises.onLeaving();
    this.#askers.ask(this.keeper.removeAccount(id).then(() => this.#promises.onLeft()));
  }

  refreshNow(): void {
    const id = this.accountId;
    if (id !== null) this.#askers.ask(this.keeper.refreshNow(id));
  }

  read(times: number): void {
    const id = this.accountId;
    if (id === null) return;
    for (let reader = 0; reader < times; reader++) this.#read(this.keeper.getToken(id));
  }

  invalidate(): void {
    const id = this.accountId;
    const generation = this.keeper.accounts()[0]?.generation;
    if (id === null || generation === undefined || generation === 0) return;
    this.#read(this.keeper.invalidate(id, generation));
  }

  /** Does the newest token open the cloud's door? Null: there is none to be had. */
  async tokenWorks(): Promise<boolean | null> {
    const id = this.accountId;
    if (id === null) return null;
    const now = this.trueNow;
    const token = await this.keeper.getToken(id).catch(() => null);
    return token === null ? null : this.judge.accepts(token.value, now);
  }

  /** Lets `ms` of true time pass, crashes and restarts on the way included. */
  async pass(ms: number): Promise<void> {
    const end = this.trueNow + ms;
    await this.#settle();
    for (let left = end - this.trueNow; left > 0; left = end - this.trueNow) {
      const { clock } = this.#boot;
      this.#askers.attempt(() => clock.advance(Math.min(left, clock.nextIn ?? left)));
      await this.#settle();
    }
    this.check();
  }

  /** What must hold whenever nothing is under way. */
  check(): void {
    const { cloud, jobs, vault } = this.#boot;
    const { accountId, trueNow } = this;
    this.#promises.check({ accountId, cloud, jobs, vault, trueNow, readersWaiting: this.#askers.readers });
  }

  // The machinery

  #start(wall: number): Boot {
    this.counts.boots++;
    const boot = bootGateway({
      judge: this.judge,
      disk: this.disk,
      provider: this.#provider,
      random: this.#random,
      tickMs: this.#tickMs,
      wall,
      trueNow: (clock) => this.#trueStart + clock.monotonic(),
      accountEra: () => this.#promises.era,
      onCall: (call) => this.#promises.onCall(call, this.#askers.callsByHand()),
      onError: (error) => this.#promises.onError(error),
      onLongTimer: (ms) => this.#promises.break(`a timer was set for ${ms} ms`),
      onStep: (step, vault, era) => this.#step(step, vault, era),
      onUnsaved: (body) => this.#promises.onUnsaved(body),
    });
    this.#boot = boot;
    this.#promises.onCommitted(boot.vault);
    boot.keeper.start();
    boot.jobs.start();
    return boot;
  }

  #restart(offMs: number, wall?: number): void {
    const { cloud } = this.#boot;
    this.#trueStart = this.trueNow + offMs;
    this.#promises.onCrash(cloud);
    this.disk.drop();
    this.#crashed = false;
    this.#askers.end();
    this.#askers = this.#newAskers(this.#askers);
    const { faults, identityFails } = cloud;
    this.#start(wall ?? this.#trueStart);
    this.#promises.onRestarted(this.vault, this.accountId);
    this.#boot.cloud.faults.push(...faults);
    this.#boot.cloud.identityFails += identityFails;
  }

  #newAskers(before: Askers | null = null): Askers {
    const onError = (error: unknown): void => this.#promises.onError(error);
    const onToken = (token: AccessToken): void => this.#promises.onRead(token, this.#boot.clock.now());
    return new Askers({ onError, onToken, isDead: () => this.#crashed }, before);
  }

  #step(step: GrantStep, vault: Vault, era: number): Promise<void> | void {
    // An answer that waited in memory is journalled on the way to being read.
    if (step === "answer_journalled" || step === "normalised") this.#promises.onJournalled(era);
    if (step === "committed") this.#promises.onCommitted(vault);
    const { crashAt } = this;
    if (crashAt?.step === step && crashAt.after-- <= 0) {
      this.crashAt = null;
      this.#crashed = true;
    }
    if (this.#crashed) return new Promise(() => undefined);
  }

  async #settle(): Promise<void> {
    await settle(this.busy || this.#askers.readers > 0 || this.#askers.byHand > 0);
    while (this.#crashed) {
      this.#restart(2000);
      await settle(true);
    }
    this.#promises.throwBroken();
  }

  #read(asked: Promise<AccessToken>): void {
    this.counts.reads++;
    this.#askers.read(asked);
  }
}

/** Lets everything run that waits for no timer. */
async function settle(busy: boolean): Promise<void> {
  for (let turns = busy ? 3 : 1; turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
}
