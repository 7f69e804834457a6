import type { AccessToken } from "../../../src/keeper/account.ts";
import type { Vault } from "../../../src/keeper/vault/vault.ts";
import { Problem } from "../../../src/problem.ts";
import type { CallRecord, Cloud } from "./cloud.ts";
import { PowerLost } from "../faulty-disk.ts";
import type { IssuedPair, Judge } from "./judge.ts";
import type { SimulatedJobs } from "./simulated-jobs.ts";

export interface WorldCounts {
  calls: number;
  refreshes: number;
  boots: number;
  reads: number;
  signIns: number;
}

/** What there is to look at while nothing is under way. */
export interface QuietWorld {
  readonly accountId: string | null;
  readonly cloud: Cloud;
  readonly jobs: SimulatedJobs;
  readonly vault: Vault;
  readonly trueNow: number;
  readonly readersWaiting: number;
}

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
const CALLS_KEPT = 50;

/** What the keeper promises of tokens and calls, held against everything that is seen of it, over all its crashes. */
export class Promises {
  readonly #judge: Judge;
  readonly #counts: WorldCounts;
  readonly #calls: CallRecord[] = [];
  /** The refresh token that the keeper must hold: the newest whose answer reached the journal. */
  #expected: string | null = null;
  #inMemoryAlone: CallRecord | null = null;
  #era = 0;
  /** A sign-out or a removal has been asked for; when the process dies, only the vault knows whether it was done. */
  #leaving = false;
  readonly #committed = new Set<string>();
  #clockSettings = 0;
  #rapidCalls = 0;
  #lastCallAt = -Infinity;
  #spuriousRefusals = 0;
  #broken: Error | null = null;

  constructor(judge: Judge, counts: WorldCounts) {
    this.#judge = judge;
    this.#counts = counts;
  }

  /** Counts sign-outs and removals: what was under way then is void. */
  get era(): number {
    return this.#era;
  }

  /** Keeps the first broken promise: whoever broke it may be deep inside the keeper, which would catch it. */
  break(promise: string): void {
    this.#broken ??= new Error(promise);
  }

  /** @throws Error that names the promise that was broken */
  throwBroken(): void {
    if (this.#broken !== null) throw this.#broken;
  }

  // What is seen of the keeper

  onClockSet(): void {
    this.#clockSettings++;
  }

  /** @param isByHand somebody waits for what they asked for */
  onCall(call: CallRecord, isByHand: boolean): void {
    this.#counts.calls++;
    if (call.credential !== null) {
      this.#counts.refreshes++;
      this.#checkRepetition(call, call.credential, isByHand);
    }
    this.#rapidCalls = call.at - this.#lastCallAt < SHORTEST_PAUSE_MS ? this.#rapidCalls + 1 : 0;
    if (this.#rapidCalls > MOST_RAPID_CALLS) this.break(`${this.#rapidCalls} calls came without a pause`);
    this.#lastCallAt = call.at;
    this.#calls.push(call);
    if (this.#calls.length > CALLS_KEPT) this.#calls.shift();
  }

  onRead(token: AccessToken, now: number): void {
    if (!this.#committed.has(token.value)) this.break("a reader was given a token that was never committed");
    if (token.expires_at !== null && token.expires_at <= now) this.break("a reader was given a token known to be over");
  }

  /** The one exception to "committed first": what the disk does not take is served from memory, until a crash. */
  onUnsaved(body: string): void {
    const call = this.#calls.at(-1);
    if (call === undefined || call.granted === null || call.kept || !body.includes(call.granted.access_token)) return;
    call.kept = true;
    this.#inMemoryAlone = call;
    this.#committed.add(call.granted.access_token);
  }

  onJournalled(era: number): void {
    const call = this.#calls.at(-1);
    if (call === undefined) return;
    call.kept = true;
    this.#inMemoryAlone = null;
    if (call.granted !== null && era === this.#era) this.#expected = keyOf(call.granted);
  }

  onCommitted(vault: Vault): void {
    for (const { id } of vault.accounts.all()) {
      const token = vault.tokens.newest(id);
      if (token !== null) this.#committed.add(token.access_token);
    }
  }

  /** What the keeper does not do, it says with a Problem. */
  onError(error: unknown): void {
    if (error instanceof Problem || error instanceof PowerLost) return;
    this.break(`not a Problem: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  onLeaving(): void {
    this.#leaving = true;
  }

  onLeft(): void {
    this.#leaving = false;
    this.#era++;
    this.#expected = null;
  }

  onCrash(cloud: Cloud): void {
    this.#spuriousRefusals += cloud.spuriousRefusals;
    this.#checkUnderWay(cloud);
    if (this.#inMemoryAlone !== null) this.#inMemoryAlone.kept = false;
    this.#inMemoryAlone = null;
    this.#rapidCalls = 0;
  }

  /** The gateway has started again after a crash. */
  onRestarted(vault: Vault, account_id: string | null): void {
    if (this.#leaving && (account_id === null || vault.tokens.newest(account_id) === null)) this.onLeft();
    this.#leaving = false;
  }

  // What must hold

  /** Whenever nothing is under way. */
  check({ accountId: id, cloud, jobs, vault, trueNow, readersWaiting }: QuietWorld): void {
    this.throwBroken();
    this.#checkUnderWay(cloud);
    const oldest = Math.max(jobs.oldestFlightMs, jobs.longestFlightMs);
    if (oldest > LONGEST_FLIGHT_MS) this.break(`a flight took ${oldest} ms`);
    if (jobs.underWay > 0 || jobs.holdsUnsaved || id === null || vault.journal.open(id) !== null) return;
    if (readersWaiting > 0) this.break(`${readersWaiting} readers wait for nothing`);
    if (this.#expected === null) return;
    const held = vault.tokens.newest(id);
    if (held === null) return this.break("the token was blanked");
    if (keyOf(held) !== this.#expected) {
      this.break(`the keeper holds ${keyOf(held)}, but the answer with ${this.#expected} reached its journal`);
    }
    // A person is asked to sign in only when the cloud would take nothing else.
    if (vault.accounts.get(id)?.sign_in_reason !== "grant_dead") return;
    const spurious = this.#spuriousRefusals + cloud.spuriousRefusals;
    if (this.#judge.takes(this.#expected, trueNow) && spurious < 2) {
      this.break("a sign-in is asked for, though the grant is alive");
    }
  }

  #checkUnderWay({ mostUnderWay }: Cloud): void {
    if (mostUnderWay > 1) this.break(`${mostUnderWay} calls for one account were under way at once`);
  }

  #checkRepetition(call: CallRecord, credential: string, isByHand: boolean): void {
    const answered = this.#calls.some(
      (earlier) =>
        earlier.credential === credential &&
        earlier.kept &&
        earlier.granted !== null &&
        earlier.granted.refresh_token !== credential,
    );
    if (answered && !call.isLogin) this.break(`${credential} was sent again though its answer was kept`);
    // A clock that is set brings the next look forward.
    const refused = this.#refusals(call);
    const looks = refused.length - this.#clockSettings;
    const latest = refused.at(-1)?.at ?? -Infinity;
    if (!isByHand && call.at - latest < shortestLookMs(looks, call.isLogin)) {
      this.break(`${credential} was sent again so soon though ${looks} refusals of it were kept`);
    }
  }

  /** Of what is offered, since it was last taken. */
  #refusals({ credential }: CallRecord): CallRecord[] {
    const answered = this.#calls.filter((call) => call.credential === credential && call.kept);
    return answered.slice(answered.findLastIndex(({ granted }) => granted !== null) + 1).filter((call) => call.refused);
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
