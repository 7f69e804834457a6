import type { GrantStep, GrantContext } from "../../../src/keeper/grant/grant-context.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import type { Provider } from "../../../src/keeper/providers/provider.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import { ManualClock } from "../../clock.ts";
import type { SeededRandom } from "../chance.ts";
import { SILENT } from "../silent-log.ts";
import { Cloud } from "./cloud.ts";
import type { CallRecord } from "./cloud.ts";
import type { FaultyDisk } from "../faulty-disk.ts";
import type { Judge } from "./judge.ts";
import { SimulatedJobs } from "./simulated-jobs.ts";

/** The gateway as it runs between two crashes. */
export interface Boot {
  readonly clock: ManualClock;
  readonly cloud: Cloud;
  readonly vault: Vault;
  readonly jobs: SimulatedJobs;
  readonly keeper: Keeper;
}

export interface BootOptions {
  readonly judge: Judge;
  readonly disk: FaultyDisk;
  readonly provider: Provider;
  readonly random: SeededRandom;
  /** How often the keeper looks at the wall clock. */
  readonly tickMs: number;
  /** What the machine's clock shows at the start. */
  readonly wall: number;
  readonly trueNow: (clock: ManualClock) => number;
  readonly accountEra: () => number;
  readonly onCall: (call: CallRecord) => void;
  readonly onError: (error: unknown) => void;
  readonly onLongTimer: (ms: number) => void;
  /** The procedure is at a step; it goes on when this has ended. */
  readonly onStep: (step: GrantStep, vault: Vault, era: number) => Promise<void> | void;
  /** An answer is in memory alone. */
  readonly onUnsaved: (body: string) => void;
}

const CALL_TIMEOUT_MS = 20_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Makes every part of the keeper's gateway; nothing is started. */
export function bootGateway(options: BootOptions): Boot {
  const { disk, random } = options;
  const { folder, openDatabase } = disk;
  const clock = new WatchedClock(options.wall, options.onLongTimer);
  const secrets = new Secrets();
  const cloud = new Cloud({
    judge: options.judge,
    clock,
    trueNow: () => options.trueNow(clock),
    onCall: options.onCall,
  });
  const vault = Vault.open({ folder, random, secrets, clock, openDatabase });
  const providers = [options.provider];
  const shared = { providers, clock, random, log: SILENT };
  const jobs = new SimulatedJobs({
    clock,
    tickMs: options.tickMs,
    onTick: () => keeper.tick(),
    onError: options.onError,
    onUnsaved: ({ answer }) => options.onUnsaved(answer.body),
    enter: () => {
      const secrets = new Secrets();
      const vault = Vault.join({ folder, random, secrets, openDatabase });
      const era = options.accountEra();
      const onStep = (step: GrantStep): Promise<void> | void => options.onStep(step, vault, era);
      const world = { ...shared, vault, secrets, fetch: cloud.fetchOf(era), callTimeoutMs: CALL_TIMEOUT_MS, onStep };
      return { world: world satisfies GrantContext, close: () => vault.close() };
    },
  });
  const keeper: Keeper = new Keeper({ ...shared, vault, defaultProvider: options.provider.id, runner: jobs });
  return { clock, cloud, vault, jobs, keeper };
}

/** Notices a timer that Node would fire at once because it is too long. */
class WatchedClock extends ManualClock {
  readonly #onTooLong: (ms: number) => void;

  constructor(now: number, onTooLong: (ms: number) => void) {
    super(now);
    this.#onTooLong = onTooLong;
  }

  override after(ms: number, callback: () => void): () => void {
    if (ms > LONGEST_TIMER_MS) this.#onTooLong(ms);
    return super.after(ms, callback);
  }
}
