import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/clock.ts";
import type { GrantContext } from "../../../src/keeper/grant/grant-context.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { ManualClock } from "../../clock.ts";
import { removeFolder } from "../../remove-folder.ts";
import type { SeededRandom } from "../chance.ts";
import { SILENT } from "../silent-log.ts";
import { SimulatedJobs } from "../tokens/simulated-jobs.ts";

export interface SimulatedGatewayOptions {
  readonly provider: Provider;
  readonly random: SeededRandom;
  /** To the clouds, whose time is `time`. */
  readonly fetch: Fetch;
  readonly startsAt: number;
}

interface Boot {
  readonly clock: ManualClock;
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
    this.#boot = this.#start(options.startsAt);
  }

  /** The clock of the whole world: of the machine, as long as it is on. */
  readonly time: Clock = {
    now: () => this.#boot.clock.now(),
    monotonic: () => this.#boot.clock.monotonic(),
    after: (ms, callback) => this.#boot.clock.after(ms, callback),
  };

  get keeper(): Keeper {
    return this.#boot.keeper;
  }

  /** Lets `ms` pass, and all that falls due. */
  async pass(ms: number): Promise<void> {
    const { clock, jobs } = this.#boot;
    const end = clock.now() + ms;
    await settle(true);
    for (let left = ms; left > 0; left = end - clock.now()) {
      clock.advance(Math.min(left, clock.nextIn ?? left));
      await settle(jobs.underWay > 0);
    }
  }

  /** The machine is shut down between two calls, and is on again after `ms`. */
  async off(ms: number): Promise<void> {
    const { clock, vault, jobs } = this.#boot;
    while (jobs.underWay > 0) await this.pass(1000);
    vault.close();
    this.#boot = this.#start(clock.now() + ms);
    await settle(true);
  }

  remove(): void {
    this.#boot.vault.close();
    removeFolder(this.#folder);
  }

  #start(wall: number): Boot {
    this.boots++;
    const { provider, random, fetch } = this.#options;
    const folder = this.#folder;
    const clock = new ManualClock(wall);
    const secrets = new Secrets();
    const vault = Vault.open({ folder, random, secrets, clock });
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
        const own = new Secrets();
        const joined = Vault.join({ folder, random, secrets: own });
        const world = { ...shared, vault: joined, secrets: own, fetch, callTimeoutMs: CALL_TIMEOUT_MS };
        return { world: world satisfies GrantContext, close: () => joined.close() };
      },
    });
    const keeper: Keeper = new Keeper({ ...shared, vault, defaultProvider: provider.id, runner: jobs });
    this.#boot = { clock, keeper, vault, jobs };
    keeper.start();
    jobs.start();
    return this.#boot;
  }
}

/** Lets everything run that waits for no timer. */
async function settle(busy: boolean): Promise<void> {
  for (let turns = busy ? 4 : 1; turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
}
