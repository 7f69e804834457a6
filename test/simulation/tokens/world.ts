import type { AccessToken } from "../../../src/keeper/account.ts";
import type { GrantStep, GrantContext } from "../../../src/keeper/grant/grant-context.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { ManualClock } from "../../clock.ts";
import { DETAILS } from "../../keeper/house.ts";
import { SeededRandom } from "../chance.ts";
import { Cloud } from "./cloud.ts";
import type { CallFault, CallRecord } from "./cloud.ts";
import { FaultyDisk, PowerLost } from "./disk.ts";
import { Judge } from "./judge.ts";
import type { IssuedPair, JudgeRules } from "./judge.ts";
import { SimulatedJobs } from "./simulated-jobs.ts";
import { SILENT } from "../silent-log.ts";
import { removeFolder } from "../../remove-folder.ts";

export interface WorldOptions {
  readonly rules: JudgeRules;
  readonly seed: number;
  readonly provider?: Partial<Provider>;
  /** How often the keeper looks at the wall clock. */
  readonly tickMs?: number;
}

/** The gateway as it runs between two crashes. */
interface Boot {
  readonly clock: ManualClock;
  readonly cloud: Cloud;
  readonly vault: Vault;
  readonly jobs: SimulatedJobs;
  readonly keeper: Keeper;
}

export interface WorldCounts {
  calls: number;
  refreshes: number;
  boots: number;
  reads: number;
  signIns: number;
}

const START = Date.UTC(2026, 0, 1, 6);
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const CALL_TIMEOUT_MS = 20_000;
/** Beyond two calls and the pauses of a failing disk, a flight hangs. */
const LONGEST_FLIGHT_MS = 2 * CALL_TIMEOUT_MS + 20_000;
/** A retry is at least a second away; only people, crashes and a clock that is set make calls follow each other. */
const SHORTEST_PAUSE_MS = 900;
const MOST_RAPID_CALLS = 5;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What was refused three times is looked at again after 1 h, 6 h, and once a day; a password once a day at once. */
const LOOKS_MS = [0.8 * HOUR_MS, 4 * HOUR_MS];
const SOON_MS = 0.85 * DAY_MS;
const FREE_REFUSALS = 3;

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
  readonly #calls: CallRecord[] = [];
  /** The refresh token that the keeper must hold: the newest whose answer reached the journal. */
  #expected: string | null = null;
  #inMemoryAlone: CallRecord | null = null;
  /** Counts sign-outs and removals: what was under way then is void. */
  #era = 0;
  /** A sign-out or a removal has been asked for; when the process dies, only the vault knows whether it was done. */
  #leaving = false;
  readonly #committed = new Set<string>();
  #jumps = 0;
  #readersWaiting = 0;
  #rapidCalls = 0;
  #byHand = 0;
  #lastCallAt = -Infinity;
  #spuriousRefusals = 0;
  #broken: Error | null = null;

  constructor(options: WorldOptions) {
    this.judge = new Judge(options.rules);
    this.#random = new SeededRandom(options.seed);
    const provider = options.rules.login
      ? { ...wattTimeProvider(), tokenUrl: "https://cloud.test/login" }
      : utecProvider({ oauthUrl: "https://cloud.test", apiUrl: "https://cloud.test" });
    this.#provider = { ...provider, ...options.provider };
    this.#tickMs = options.tickMs ?? 30_000;
    this.disk.onPowerLost = () => (this.#crashed = true);
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
    this.#jumps++;
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
    if (this.accountId === null) this.#attempt(() => this.keeper.addAccount(details));
  }

  /** The person signs in, or enters the password anew. */
  signIn(): void {
    const id = this.accountId;
    if (id === null) return;
    this.counts.signIns++;
    if (this.judge.rules.login) {
      this.#attempt(() => this.keeper.updateAccount(id, { password: this.judge.password }));
      return;
    }
    this.#asked(this.keeper.exchange(this.judge.code(), id));
  }

  signOut(): void {
    const id = this.accountId;
    if (id === null) return;
    this.#leaving = true;
    this.#asked(this.keeper.signOut(id).then(() => this.#forgetGrant()));
  }

  removeAccount(): void {
    const id = this.accountId;
    if (id === null) return;
    this.#leaving = true;
    this.#asked(this.keeper.removeAccount(id).then(() => this.#forgetGrant()));
  }

  refreshNow(): void {
    const id = this.accountId;
    if (id !== null) this.#asked(this.keeper.refreshNow(id));
  }

  read(times: number): void {
    const id = this.accountId;
    if (id === null) return;
    for (let reader = 0; reader < times; reader++) this.#waitFor(this.keeper.getToken(id));
  }

  invalidate(): void {
    const id = this.accountId;
    const generation = this.keeper.accounts()[0]?.generation;
    if (id === null || generation === undefined || generation === 0) return;
    this.#waitFor(this.keeper.invalidate(id, generation));
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
      this.#attempt(() => clock.advance(Math.min(left, clock.nextIn ?? left)));
      await this.#settle();
    }
    this.check();
  }

  // The promises

  /** What must hold whenever nothing is under way. */
  check(): void {
    if (this.#broken !== null) throw this.#broken;
    const { cloud, jobs, vault } = this.#boot;
    if (cloud.mostUnderWay > 1) this.#break(`${cloud.mostUnderWay} calls for one account were under way at once`);
    const oldest = Math.max(jobs.oldestFlightMs, jobs.longestFlightMs);
    if (oldest > LONGEST_FLIGHT_MS) this.#break(`a flight took ${oldest} ms`);
    const id = this.accountId;
    if (jobs.underWay > 0 || jobs.holdsUnsaved || id === null || vault.journal.open(id) !== null) return;
    if (this.#readersWaiting > 0) this.#break(`${this.#readersWaiting} readers wait for nothing`);
    if (this.#expected === null) return;
    const held = vault.tokens.newest(id);
    if (held === null) return this.#break("the token was blanked");
    if (keyOf(held) !== this.#expected) {
      this.#break(`the keeper holds ${keyOf(held)}, but the answer with ${this.#expected} reached its journal`);
    }
    this.#checkSignIn(id, this.#expected);
  }

  /** A person is asked to sign in only when the cloud would take nothing else. */
  #checkSignIn(id: string, refresh_token: string): void {
    if (this.vault.accounts.get(id)?.sign_in_reason !== "grant_dead") return;
    const spurious = this.#spuriousRefusals + this.#boot.cloud.spuriousRefusals;
    if (this.judge.takes(refresh_token, this.trueNow) && spurious < 2) {
      this.#break("a sign-in is asked for, though the grant is alive");
    }
  }

  #checkCall(call: CallRecord): void {
    const { credential, isLogin } = call;
    this.counts.calls++;
    if (credential !== null) {
      this.counts.refreshes++;
      const answered = this.#calls.some(
        (earlier) =>
          earlier.credential === credential &&
          earlier.kept &&
          earlier.granted !== null &&
          earlier.granted.refresh_token !== credential,
      );
      if (answered && !isLogin) this.#break(`${credential} was sent again though its answer was kept`);
      // A clock that is set brings the next look forward.
      const refused = this.#refusals(call);
      const looks = refused.length - this.#jumps;
      const latest = refused.at(-1)?.at ?? -Infinity;
      if (this.#byHand === 0 && call.at - latest < shortestLookMs(looks, isLogin)) {
        this.#break(`${credential} was sent again so soon though ${looks} refusals of it were kept`);
      }
    }
    this.#rapidCalls = call.at - this.#lastCallAt < SHORTEST_PAUSE_MS ? this.#rapidCalls + 1 : 0;
    if (this.#rapidCalls > MOST_RAPID_CALLS) this.#break(`${this.#rapidCalls} calls came without a pause`);
    this.#lastCallAt = call.at;
    this.#calls.push(call);
    if (this.#calls.length > 50) this.#calls.shift();
  }

  /** Of what is offered, since it was last taken. */
  #refusals({ credential }: CallRecord): CallRecord[] {
    const answered = this.#calls.filter((call) => call.credential === credential && call.kept);
    return answered.slice(answered.findLastIndex(({ granted }) => granted !== null) + 1).filter((call) => call.refused);
  }

  #checkRead(token: AccessToken): void {
    // A process that has died answers nobody any more, whatever its memory still does.
    if (this.#crashed) return;
    if (!this.#committed.has(token.value)) this.#break("a reader was given a token that was never committed");
    const now = this.#boot.clock.now();
    if (token.expires_at !== null && token.expires_at <= now)
      this.#break("a reader was given a token known to be over");
  }

  /** Keeps the first broken promise: whoever broke it may be deep inside the keeper, which would catch it. */
  #break(promise: string): void {
    this.#broken ??= new Error(promise);
  }

  // The machinery

  #start(wall: number): Boot {
    this.counts.boots++;
    const clock = new WatchedClock(wall, (ms) => this.#break(`a timer was set for ${ms} ms`));
    const secrets = new Secrets();
    const random = this.#random;
    const { folder, openDatabase } = this.disk;
    const cloud = new Cloud({
      judge: this.judge,
      clock,
      trueNow: () => this.#trueStart + clock.monotonic(),
      accountEra: () => this.#era,
      onCall: (call) => this.#checkCall(call),
    });
    const vault = Vault.open({ folder, random, secrets, clock, openDatabase });
    const providers = [this.#provider];
    const shared = { providers, clock, random, log: SILENT };
    const jobs = new SimulatedJobs({
      clock,
      tickMs: this.#tickMs,
      onTick: () => keeper.tick(),
      onError: (error) => this.#mustBeProblem(error),
      onUnsaved: ({ answer }) => this.#unsaved(answer.body),
      enter: () => {
        const secrets = new Secrets();
        const vault = Vault.join({ folder, random, secrets, openDatabase });
        const era = this.#era;
        const onStep = (step: GrantStep): Promise<void> | void => this.#step(step, vault, era);
        const world = { ...shared, vault, secrets, fetch: cloud.fetch, callTimeoutMs: CALL_TIMEOUT_MS, onStep };
        return { world: world satisfies GrantContext, close: () => vault.close() };
      },
    });
    const keeper: Keeper = new Keeper({ ...shared, vault, defaultProvider: this.#provider.id, runner: jobs });
    this.#boot = { clock, cloud, vault, jobs, keeper };
    this.#remember(vault);
    keeper.start();
    jobs.start();
    return this.#boot;
  }

  #restart(offMs: number, wall?: number): void {
    const { cloud } = this.#boot;
    this.#trueStart = this.trueNow + offMs;
    this.#spuriousRefusals += cloud.spuriousRefusals;
    if (cloud.mostUnderWay > 1) this.#break(`${cloud.mostUnderWay} calls for one account were under way at once`);
    this.disk.drop();
    this.#crashed = false;
    if (this.#inMemoryAlone !== null) this.#inMemoryAlone.kept = false;
    this.#inMemoryAlone = null;
    this.#rapidCalls = 0;
    this.#byHand = 0;
    this.#readersWaiting = 0;
    const { faults, identityFails } = cloud;
    this.#start(wall ?? this.#trueStart);
    const id = this.accountId;
    if (this.#leaving && (id === null || this.vault.tokens.newest(id) === null)) this.#forgetGrant();
    this.#leaving = false;
    this.#boot.cloud.faults.push(...faults);
    this.#boot.cloud.identityFails += identityFails;
  }

  #step(step: GrantStep, vault: Vault, era: number): Promise<void> | void {
    // An answer that waited in memory is journalled on the way to being read.
    if (step === "answer_journalled" || step === "normalised") this.#journalled(era);
    if (step === "committed") this.#remember(vault);
    const { crashAt } = this;
    if (crashAt?.step === step && crashAt.after-- <= 0) {
      this.crashAt = null;
      this.#crashed = true;
    }
    if (this.#crashed) return new Promise(() => undefined);
  }

  /** The one exception to "committed first": what the disk does not take is served from memory, until a crash. */
  #unsaved(body: string): void {
    const call = this.#calls.at(-1);
    if (call === undefined || call.granted === null || call.kept || !body.includes(call.granted.access_token)) return;
    call.kept = true;
    this.#inMemoryAlone = call;
    this.#committed.add(call.granted.access_token);
  }

  #journalled(era: number): void {
    const call = this.#calls.at(-1);
    if (call === undefined) return;
    call.kept = true;
    this.#inMemoryAlone = null;
    if (call.granted !== null && era === this.#era) this.#expected = keyOf(call.granted);
  }

  #remember(vault: Vault): void {
    for (const { id } of vault.accounts.all()) {
      const token = vault.tokens.newest(id);
      if (token !== null) this.#committed.add(token.access_token);
    }
  }

  #forgetGrant(): void {
    this.#leaving = false;
    this.#era++;
    this.#expected = null;
  }

  async #settle(): Promise<void> {
    await settle(this.busy || this.#readersWaiting > 0 || this.#byHand > 0);
    while (this.#crashed) {
      this.#restart(2000);
      await settle(true);
    }
    if (this.#broken !== null) throw this.#broken;
  }

  #asked(asked: Promise<unknown>): void {
    const boot = this.#boot;
    this.#byHand++;
    void this.#settled(asked).then(() => {
      if (boot === this.#boot) this.#byHand--;
      return undefined;
    });
  }

  #waitFor(asked: Promise<AccessToken>): void {
    const boot = this.#boot;
    this.counts.reads++;
    this.#readersWaiting++;
    void this.#settled(asked).then((token) => {
      if (boot !== this.#boot) return undefined;
      this.#readersWaiting--;
      if (token !== undefined) this.#checkRead(token);
      return undefined;
    });
  }

  /** What was answered; nothing where the keeper said no with a Problem. */
  async #settled<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      this.#mustBeProblem(error);
      return undefined;
    }
  }

  #attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.#mustBeProblem(error);
      return undefined;
    }
  }

  #mustBeProblem(error: unknown): void {
    if (!(error instanceof Problem) && !(error instanceof PowerLost)) {
      this.#break(`not a Problem: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

/** How soon after the latest of so many refusals what was refused may be sent again. */
function shortestLookMs(refusals: number, isLogin: boolean): number {
  if (refusals < FREE_REFUSALS) return 0;
  return isLogin ? SOON_MS : (LOOKS_MS[refusals - FREE_REFUSALS] ?? SOON_MS);
}

/** What must not be lost: the refresh token, or the token itself where there is none. */
function keyOf({ refresh_token, access_token }: IssuedPair): string {
  return refresh_token ?? access_token;
}

class WatchedClock extends ManualClock {
  readonly #tooLong: (ms: number) => void;

  constructor(now: number, tooLong: (ms: number) => void) {
    super(now);
    this.#tooLong = tooLong;
  }

  override after(ms: number, callback: () => void): () => void {
    if (ms > LONGEST_TIMER_MS) this.#tooLong(ms);
    return super.after(ms, callback);
  }
}

/** Lets everything run that waits for no timer. */
async function settle(busy: boolean): Promise<void> {
  for (let turns = busy ? 3 : 1; turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
}
