import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/clock.ts";
import type { GrantContext } from "../../src/keeper/grant/grant-context.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import type { Provider } from "../../src/keeper/providers/provider.ts";
import type { Fetch } from "../../src/keeper/token-calls/http-call.ts";
import { Vault } from "../../src/keeper/vault/vault.ts";
import { Secrets } from "../../src/log.ts";
import { ManualClock } from "../clock.ts";
import { removeFolder } from "../remove-folder.ts";
import type { SeededRandom } from "./chance.ts";
import { SILENT } from "./silent-log.ts";
import { SimulatedJobs } from "./tokens/simulated-jobs.ts";

export interface SimulatedGatewayOptions {
  readonly provider: Provider;
  readonly random: SeededRandom;
  /** To the clouds, whose time is the same. */
  readonly fetch: Fetch;
  readonly time: WorldTime;
}

/** The time of the gateway and of its clouds: on the clock of the machine as it is on now. */
export class WorldTime implements Clock {
  machine: ManualClock;

  constructor(startsAt: number) {
    this.machine = new ManualClock(startsAt);
  }

  now(): number {
    return this.machine.now();
  }

  monotonic(): number {
    return this.machine.monotonic();
  }

  after(ms: number, callback: () => void): () => void {
    return this.machine.after(ms, callback);
  }
}

interface Boot {
  readonly keeper: Keeper;
  readonly vault: Vault;
  readonly jobs: SimulatedJobs;
}

const CALL_TIMEOUT_MS = 20_000;
/** Dates are exact by their timers; the guard only catches what these miss. */
const TICK_MS = 3_600_000;

/** A keeper on a real vault that lives through weeks, and is switched off now and then. */
export class SimulatedGateway {
  readonly #options: SimulatedGatewayOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "months-"));
  #boot: Boot;
  boots = 0;

  constructor(options: SimulatedGatewayOptions) {
    this.#options = options;
    this.#boot = this.#start();
  }

  get keeper(): Keeper {
    return this.#boot.keeper;
  }

  /** Lets `ms` pass, and all that falls due. */
  async pass(ms: number): Promise<void> {
    const { jobs } = this.#boot;
    const clock = this.#options.time.machine;
    const end = clock.now() + ms;
    await settle(true);
    for (let left = ms; left > 0; left = end - clock.now()) {
      clock.advance(Math.min(left, clock.nextIn ?? left));
      await settle(jobs.underWay > 0);
    }
  }

  /** The machine is shut down between two calls, and is on again after `ms`. */
  async off(ms: number): Promise<void> {
    const { vault, jobs } = this.#boot;
    const { time } = this.#options;
    while (jobs.underWay > 0) await this.pass(1000);
    vault.close();
    time.machine = new ManualClock(time.now() + ms);
    this.#boot = this.#start();
    await settle(true);
  }

  remove(): void {
    this.#boot.vault.close();
    removeFolder(this.#folder);
  }

  #start(): Boot {
    this.boots++;
    const { provider, random, fetch, time } = this.#options;
    const folder = this.#folder;
    const clock = time.machine;
    const vault = Vault.open({ folder, random, secrets: new Secrets(), clock });
    const shared = { providers: [provider], clock, random, log: SILENT };
    const jobs = new SimulatedJobs({
      clock,
      tickMs: TICK_MS,
      onTick: () => keeper.tick(),
      onError: (error) => {
        throw error;
      },
      onUnsaved: () => undefined,
      enter: () => {
        const secrets = new Secrets();
        const joined = Vault.join({ folder, random, secrets });
        const world = { ...shared, vault: joined, secrets, fetch, callTimeoutMs: CALL_TIMEOUT_MS };
        return { world: world satisfies GrantContext, close: () => joined.close() };
      },
    });
    const keeper: Keeper = new Keeper({ ...shared, vault, defaultProvider: provider.id, runner: jobs });
    keeper.start();
    jobs.start();
    return { keeper, vault, jobs };
  }
}

/** Lets everything run that waits for no timer. */
async function settle(busy: boolean): Promise<void> {
  for (let turns = busy ? 4 : 1; turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
}
