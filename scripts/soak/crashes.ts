import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BUNDLE } from "../processes/gateway-process.ts";
import type { GatewayProcess } from "../processes/gateway-process.ts";
import { merge } from "./figures.ts";
import type { Figures, Share } from "./figures.ts";
import { onTestRig } from "./test-rig.ts";
import type { TestRig } from "./test-rig.ts";
import { readWreck } from "./wreck.ts";
import type { Wreck } from "./wreck.ts";

/** Two gateways per share: they wait most of the time. */
const RIGS = 2;
/** Lives so short that a refresh is always near; the answer takes as long as on a good line. */
const LIVES_S = [2, 3] as const;
const ANSWER_MS = 40;
/** From before the gateway is ready to after a refresh. */
const ANY_TIME_MS = 2500;
/** From before the answer arrives until after it is committed. */
const AROUND_ANSWER_MS = { from: 30, to: 90 } as const;
/** Between the answer in the journal and the commit lies one fsync. */
const WITHIN_COMMIT_MS = 4;
/** A lost answer is forgiven for so long, as by most clouds. */
const GRACE_MS = 30_000;
/** What the dead process had sent arrives within this time. */
const IN_THE_AIR_MS = 30;
/** After two calls that were cut off a gateway waits for some seconds; never as long. */
const NO_REFRESH_FOR_MS = 30_000;

/**
 * Gateways whose tokens live for 2 to 3 s are killed: half of them at a random moment, the others about when an answer
 * of the token endpoint arrives, or while it is saved. After each kill the cloud is asked who holds what.
 */
export async function crashes({ runs, share, shares }: Share): Promise<Figures> {
  const kills = portion(runs, share, shares);
  const settings = { access_token_life_s: LIVES_S[0], rotation_grace_ms: GRACE_MS, settle_ms: 0 };
  const rigs = Array.from({ length: RIGS }, (_, number) =>
    onTestRig(BUNDLE, settings, (rig) => new Killing(rig).run(portion(kills, number, RIGS))),
  );
  return merge(await Promise.all(rigs));
}

const NOTHING = {
  kills: 0,
  "in no call": 0,
  "before the cloud acted": 0,
  "after it acted, without its answer": 0,
  "with its answer in the journal": 0,
  "journalled tokens lost": 0,
  "tokens used twice without need": 0,
  "refreshes of a grant beside another": 0,
  "unneeded sign-ins": 0,
  "sign-ins after two lost answers in a row": 0,
};
type Counts = Record<keyof typeof NOTHING, number>;

/** Half of the kills come at a random moment; most of those never meet an answer. */
const MOMENTS = [atAnyTime, aroundAnAnswer, atAnyTime, asAnAnswerIsWritten] as const;

/** A refresh token whose answer was lost, and how often it was sent since. */
interface Unanswered {
  readonly token: string | null;
  readonly sendings: number;
}

/** One account, in gateways that follow each other on one data folder. */
class Killing {
  readonly #rig: TestRig;
  readonly #failures: string[] = [];
  readonly #counts: Counts = { ...NOTHING };
  #unanswered: Unanswered | null = null;

  constructor(rig: TestRig) {
    this.#rig = rig;
  }

  async run(kills: number): Promise<Figures> {
    const { control } = this.#rig.cloud;
    control.fault({
      where: "token",
      grant_type: "refresh_token",
      kind: "slow",
      delay_ms: ANSWER_MS,
      times: null,
    });
    await this.#signIn();
    for (let number = 0; number < kills; number++) {
      control.set({ access_token_life_s: LIVES_S[number % LIVES_S.length] ?? LIVES_S[0] });
      await this.#round(MOMENTS[number % MOMENTS.length] ?? atAnyTime);
    }
    await this.#end();
    const more = control.counters().refreshes_at_once - 1;
    if (more > 0) this.#fail("refreshes of a grant beside another", `${more + 1} refreshes ran at once`);
    return { counts: this.#counts, failures: this.#failures };
  }

  async #round(moment: (rig: TestRig) => Promise<void>): Promise<void> {
    const { control } = this.#rig.cloud;
    const reusedBefore = control.counters().refresh_tokens_reused;
    const gateway = this.#rig.launch();
    await Promise.race([moment(this.#rig), gateway.ended()]);
    await gateway.kill();
    if (gateway.child.signalCode !== "SIGKILL") throw new Error(`The gateway ended by itself:\n${gateway.output}`);
    await pause(IN_THE_AIR_MS);
    this.#counts.kills += 1;
    const reused = control.counters().refresh_tokens_reused - reusedBefore;
    const wreck = readWreck(this.#rig.folder);
    const ended = this.#judge(wreck, reused);
    if (ended) await this.#signIn();
  }

  /** Compares what is left with what the cloud handed out. True when the grant is at its end. */
  #judge(wreck: Wreck, reused: number): boolean {
    const grant = this.#rig.cloud.control.grants().at(-1);
    const repeated = this.#unanswered !== null && this.#unanswered.token === wreck.held ? this.#unanswered : null;
    const sendings = (repeated?.sendings ?? 1) + reused;
    const circumstances = JSON.stringify({ wreck, reused, unanswered: this.#unanswered, grant });

    const unneeded = reused - (this.#unanswered === null ? 0 : 1);
    if (unneeded > 0) this.#fail("tokens used twice without need", circumstances);
    if (grant === undefined || grant.revoked_at !== null) {
      // Two gateways in a row were killed while the answer was on its way: no cloud forgives that.
      if (repeated !== null && sendings > 2) this.#counts["sign-ins after two lost answers in a row"] += 1;
      else this.#fail("unneeded sign-ins", circumstances);
      this.#unanswered = null;
      return true;
    }
    if (wreck.needsSignIn) this.#fail("unneeded sign-ins", circumstances);
    const holds = wreck.held === grant.refresh_token;
    const journals = wreck.answered === grant.refresh_token;
    if (!holds && !journals && (wreck.call === "unanswered" || repeated !== null)) {
      this.#counts["after it acted, without its answer"] += 1;
      this.#unanswered = { token: wreck.held, sendings };
      return false;
    }
    this.#unanswered = null;
    if (journals) this.#counts["with its answer in the journal"] += 1;
    else if (!holds) this.#fail("journalled tokens lost", circumstances);
    else if (wreck.call === "unanswered") this.#counts["before the cloud acted"] += 1;
    else this.#counts["in no call"] += 1;
    return wreck.needsSignIn;
  }

  /** The last gateway is left alone: it must refresh, and stop with nothing lost. */
  async #end(): Promise<void> {
    // The end must not depend on what no cloud forgives.
    if (this.#unanswered !== null) await this.#signIn();
    const gateway = this.#rig.launch();
    await refreshed(this.#rig);
    await refreshed(this.#rig);
    const code = await gateway.stop();
    if (code !== 0) throw new Error(`The last gateway ended with ${code}:\n${gateway.output}`);
    const { held } = readWreck(this.#rig.folder);
    const grant = this.#rig.cloud.control.grants().at(-1);
    if (grant?.refresh_token !== held) this.#fail("journalled tokens lost", "after the stop at the end");
  }

  async #signIn(): Promise<void> {
    const gateway: GatewayProcess = await this.#rig.start();
    await this.#rig.signIn(gateway);
    await gateway.kill();
  }

  #fail(count: keyof Counts, circumstances: string): void {
    this.#counts[count] += 1;
    this.#failures.push(`${count}: ${circumstances}`);
  }
}

async function atAnyTime(): Promise<void> {
  await pause(Math.random() * ANY_TIME_MS);
}

async function aroundAnAnswer(rig: TestRig): Promise<void> {
  await refreshed(rig);
  const { from, to } = AROUND_ANSWER_MS;
  await pause(from + Math.random() * (to - from));
}

async function asAnAnswerIsWritten(rig: TestRig): Promise<void> {
  await refreshed(rig);
  // The intent lies in the write-ahead log by now; what is written there next is the answer.
  const log = watch(join(rig.folder, "gateway.db-wal"));
  try {
    await once(log, "change", { signal: AbortSignal.timeout(NO_REFRESH_FOR_MS) });
  } finally {
    log.close();
  }
  await pause(Math.random() * WITHIN_COMMIT_MS);
}

/** The moment at which the cloud has taken the next refresh. */
async function refreshed(rig: TestRig): Promise<void> {
  const before = rig.refreshes();
  const deadline = performance.now() + NO_REFRESH_FOR_MS;
  while (rig.refreshes() === before) {
    if (performance.now() > deadline) throw new Error(`There was no refresh for ${NO_REFRESH_FOR_MS / 1000} s.`);
    await pause(1);
  }
}

function portion(all: number, number: number, parts: number): number {
  return Math.floor(all / parts) + (number < all % parts ? 1 : 0);
}
