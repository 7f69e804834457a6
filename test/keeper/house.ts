import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import { runGrant } from "../../src/keeper/grant/grant.ts";
import type { GrantContext, StepListener } from "../../src/keeper/grant/grant-context.ts";
import type { Fetch, ProxyOf } from "../../src/keeper/token-calls/http-call.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import type { Provider } from "../../src/keeper/providers/provider.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { toRecord } from "../../src/keeper/grant/grant-runner.ts";
import type { FlightListener, GrantJob, GrantReport, GrantRunner } from "../../src/keeper/grant/grant-runner.ts";
import { Vault } from "../../src/keeper/vault/vault.ts";
import type { AnsweredAttempt } from "../../src/keeper/vault/tables/attempt.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { systemRandom } from "../../src/random.ts";
import { removeFolder } from "../remove-folder.ts";
import { openWithTables } from "./vault-tables.ts";

/** The machine's clock, set forward and back by hand: timers stay real. */
export class ShiftedClock implements Clock {
  offsetMs = 0;
  now = (): number => systemClock.now() + this.offsetMs;
  monotonic = (): number => systemClock.monotonic() + Math.max(this.offsetMs, 0);
  after = (ms: number, callback: () => void): (() => void) => systemClock.after(ms, callback);
}

/** Runs the same procedure as the worker does, in this thread. Plans are only written down. */
export class InProcessRunner implements GrantRunner {
  readonly plans = new Map<string, number>();
  readonly #world: GrantContext;
  readonly #flights = new Map<string, Promise<GrantReport>>();
  readonly #unsaved = new Map<string, AnsweredAttempt>();
  #listener: FlightListener | undefined;

  constructor(world: GrantContext) {
    this.#world = world;
  }

  listen(listener: FlightListener): void {
    this.#listener = listener;
  }

  plan(account_id: string, at: number | null): void {
    if (at === null) this.plans.delete(account_id);
    else this.plans.set(account_id, at);
  }

  run(job: GrantJob): Promise<GrantReport> {
    const running = this.#flights.get(job.account_id);
    if (running !== undefined) return job.kind === "refresh" ? running : running.then(() => this.run(job));
    const flight = this.#fly(job);
    this.#flights.set(job.account_id, flight);
    this.#listener?.started(job.account_id, job.kind);
    return flight;
  }

  async #fly(job: GrantJob): Promise<GrantReport> {
    const { account_id } = job;
    let unsaved = this.#unsaved.get(account_id);
    const world: GrantContext = {
      ...this.#world,
      onAnswer: (attempt) => {
        unsaved = attempt;
        this.#listener?.answered?.(account_id, attempt.answer.headers["date"]);
      },
    };
    const report = await runGrant(world, job, unsaved).catch((error: Error): GrantReport => ({
      outcome: "broken",
      account_id,
      problem:
        error instanceof Problem ? toRecord(error) : { code: "internal", message: error.message, retryable: true },
      ...(unsaved === undefined ? {} : { unsaved }),
    }));
    this.#unsaved.delete(account_id);
    if (report.outcome === "broken" && report.unsaved !== undefined) this.#unsaved.set(account_id, report.unsaved);
    this.#flights.delete(job.account_id);
    this.#listener?.ended(job.account_id, report);
    return report;
  }
}

export interface HouseOptions {
  readonly folder?: string;
  readonly url: string;
  /** One; default: U-tec's at `url`. */
  readonly providers?: readonly Provider[];
  readonly fetch?: Fetch;
  readonly proxyOf?: ProxyOf;
  readonly onStep?: StepListener;
  readonly callTimeoutMs?: number;
  readonly clock?: ShiftedClock;
}

export const DETAILS = {
  name: "Home",
  client_id: "client-1",
  client_secret: "canary-client-secret",
  redirect_uri: "https://example.test/callback",
} as const;

/** A keeper on real SQLite and a real HTTP server, with the procedure in this thread. */
export class House {
  readonly folder: string;
  readonly clock: ShiftedClock;
  readonly secrets = new Secrets();
  readonly lines: string[] = [];
  readonly vault: Vault;
  /** Tests may change the patience with the cloud between two calls. */
  readonly world: GrantContext & { callTimeoutMs: number };
  readonly runner: InProcessRunner;
  readonly keeper: Keeper;
  readonly providers: readonly Provider[];

  constructor(options: HouseOptions) {
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), "keeper-"));
    this.clock = options.clock ?? new ShiftedClock();
    const log = new LogSink({
      level: "trace",
      secrets: this.secrets,
      format: "json",
      write: (line) => this.lines.push(line),
    }).log;
    const { clock, secrets } = this;
    this.vault = Vault.open({
      folder: this.folder,
      clock,
      random: systemRandom,
      secrets,
      // A folder of the test's own may lie on a disk that is full, or hold something already.
      ...(options.folder === undefined ? { openDatabase: openWithTables } : {}),
    });
    this.providers = options.providers ?? [utecProvider({ oauthUrl: options.url, apiUrl: options.url })];
    this.world = {
      vault: this.vault,
      providers: this.providers,
      clock,
      random: systemRandom,
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      secrets,
      log,
      callTimeoutMs: options.callTimeoutMs ?? 2000,
      ...(options.proxyOf === undefined ? {} : { proxyOf: options.proxyOf }),
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    };
    this.runner = new InProcessRunner(this.world);
    this.keeper = new Keeper({
      vault: this.vault,
      providers: this.providers,
      defaultProvider: this.providers[0]?.id ?? "",
      runner: this.runner,
      clock,
      random: systemRandom,
      log,
    });
  }

  /** Lets the time pass until the account's next planned refresh, and runs it; returns how far away it was (ms). */
  async planned(id: string): Promise<number> {
    const pause = (this.runner.plans.get(id) ?? NaN) - this.clock.now();
    this.clock.offsetMs += Math.max(pause, 0);
    await this.runner.run({ kind: "refresh", account_id: id, generation: null });
    return pause;
  }

  /** Closes everything; the folder stays, for the next start. */
  close(): void {
    this.vault.close();
  }

  remove(): void {
    this.close();
    removeFolder(this.folder);
  }
}
