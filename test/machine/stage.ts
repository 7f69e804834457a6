import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import { grantWorkerFile, Jobs } from "../../src/jobs/jobs.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import { loginProvider } from "../../src/keeper/providers/login.ts";
import type { Provider } from "../../src/keeper/providers/provider.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { Vault } from "../../src/keeper/vault/vault.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import type { ProxySettings } from "../../src/outgoing/proxy.ts";
import { systemRandom } from "../../src/random.ts";
import { DETAILS } from "../keeper/house.ts";
import { OAuthServer } from "../keeper/token-calls/oauth-server.ts";
import { removeFolder } from "../remove-folder.ts";

/** A clock whose timers are fired by hand. */
export class HandClock implements Clock {
  offsetMs = 0;
  readonly #timers = new Set<{ readonly ms: number; readonly callback: () => void }>();
  now = (): number => systemClock.now() + this.offsetMs;
  monotonic = (): number => systemClock.monotonic();

  after(ms: number, callback: () => void): () => void {
    const timer = { ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Fires the timers that were set for exactly `ms`, not those that they set in turn. */
  fire(ms: number): void {
    const due = this.#timers
      .values()
      .filter((timer) => timer.ms === ms)
      .toArray();
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

export interface StageOptions {
  readonly workerFile?: URL;
  readonly callTimeoutMs?: number;
  readonly clock?: Clock;
  /** Default: a new one. */
  readonly folder?: string;
  /** Under which the server is known to the gateway; default: where it is. */
  readonly cloudUrl?: string;
  readonly proxies?: ProxySettings;
  /** Beside U-tec's and any login's. */
  readonly provider?: Provider;
}

/** Keeper and jobs with real worker threads, against a real OAuth server. */
export class Stage {
  readonly folder: string;
  readonly lines: string[] = [];
  readonly server: OAuthServer;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly keeper: Keeper;

  private constructor(server: OAuthServer, options: StageOptions) {
    this.server = server;
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "jobs-"));
    this.folder = folder;
    Vault.makeFolder(folder);
    const clock = options.clock ?? systemClock;
    const secrets = new Secrets();
    const write = (line: string): void => void this.lines.push(line);
    const { log } = new LogSink({ level: "trace", secrets, format: "json", write });
    this.vault = Vault.open({ folder, clock, random: systemRandom, secrets });
    const { cloudUrl = server.url, proxies = null, provider } = options;
    const providers = [
      utecProvider({ oauthUrl: cloudUrl, apiUrl: cloudUrl }),
      loginProvider(),
      ...(provider === undefined ? [] : [provider]),
    ];
    this.jobs = new Jobs({
      workerFile: options.workerFile ?? grantWorkerFile(),
      folder,
      providers,
      clock,
      log,
      callTimeoutMs: options.callTimeoutMs ?? 2000,
      proxies,
      onTick: () => this.keeper.tick(),
    });
    this.keeper = new Keeper({
      vault: this.vault,
      providers,
      defaultProvider: "utec",
      runner: this.jobs,
      clock,
      // Retries come as early as they may.
      random: { ...systemRandom, fraction: () => 0 },
      log,
    });
  }

  static async set(options: StageOptions = {}): Promise<Stage> {
    return new Stage(await OAuthServer.start(), options);
  }

  /** Adds the account and signs it in; returns its id. */
  async signIn(): Promise<string> {
    const { id } = this.keeper.addAccount(DETAILS);
    await this.keeper.exchange(this.server.code(), id);
    return id;
  }

  /** The ids of all flights from now on. */
  countFlights(): string[] {
    const started: string[] = [];
    this.jobs.listen({ started: (id) => void started.push(id), ended: () => undefined });
    return started;
  }

  async strike(): Promise<void> {
    await this.jobs.stop();
    this.vault.close();
    await this.server.stop();
    removeFolder(this.folder);
  }
}
