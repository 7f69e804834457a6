import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/clock.ts";
import type { GrantContext } from "../../../src/keeper/grant/grant-context.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { Secrets } from "../../../src/log.ts";
import type { Call } from "../../../src/simulator/call.ts";
import { replyPlan } from "../../../src/simulator/faults/reply-plan.ts";
import { yotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoControl } from "../../../src/simulator/yoto/yoto-control.ts";
import { ManualClock } from "../../clock.ts";
import { removeFolder } from "../../remove-folder.ts";
import type { SeededRandom } from "../chance.ts";
import { SILENT } from "../silent-log.ts";
import { SimulatedJobs } from "../tokens/simulated-jobs.ts";

interface Boot {
  readonly clock: ManualClock;
  readonly vault: Vault;
  readonly keeper: Keeper;
  readonly jobs: SimulatedJobs;
}

const URL_OF_CLOUD = "https://yoto.test";
const CALL_TIMEOUT_MS = 20_000;
const LATENCY_MS = 80;
/** Dates are exact by their timers; the guard only catches what these miss. */
const TICK_MS = 3_600_000;

/** A gateway on a real vault and the simulated Yoto cloud without a network between them, on a clock of their own. */
export class YotoHome {
  readonly control: YotoControl;
  boots = 0;
  readonly #random: SeededRandom;
  readonly #folder = mkdtempSync(join(tmpdir(), "yoto-month-"));
  readonly #cloud: ReturnType<typeof yotoCloud>;
  #boot: Boot;

  constructor(startsAt: number, random: SeededRandom) {
    this.#random = random;
    const clock: Clock = {
      now: () => this.#boot.clock.now(),
      monotonic: () => this.#boot.clock.monotonic(),
      after: (ms, callback) => this.#boot.clock.after(ms, callback),
    };
    this.#cloud = yotoCloud({ clock, random, url: () => URL_OF_CLOUD });
    this.control = this.#cloud.control;
    this.#boot = this.#start(startsAt);
  }

  get keeper(): Keeper {
    return this.#boot.keeper;
  }

  now(): number {
    return this.#boot.clock.now();
  }

  /** What the API says to a token: its status. */
  async read(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await this.#answer("/content/mine", { method: "GET", headers, body: "" })).status;
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

  /** The machine is switched off, and on again after `ms`. */
  async off(ms: number): Promise<void> {
    const { clock, vault } = this.#boot;
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
    const folder = this.#folder;
    const random = this.#random;
    const clock = new ManualClock(wall);
    const vault = Vault.open({ folder, random, secrets: new Secrets(), clock });
    const providers = [yotoProvider({ yotoUrl: URL_OF_CLOUD })];
    const shared = { providers, clock, random, log: SILENT };
    const fetch: Fetch = async (url, { method = "GET", headers = {}, body }) => {
      await new Promise<void>((resolve) => void clock.after(LATENCY_MS, resolve));
      return this.#answer(new URL(url).pathname, { method, headers, body: String(body ?? "") });
    };
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
    const keeper: Keeper = new Keeper({ ...shared, vault, defaultProvider: "yoto", runner: jobs });
    this.#boot = { clock, vault, keeper, jobs };
    keeper.start();
    jobs.start();
    return this.#boot;
  }

  async #answer(path: string, asked: Pick<Call, "method" | "headers" | "body">): Promise<Response> {
    const { endpoints, counters, faults } = this.#cloud;
    const place = endpoints.get(path);
    if (place === undefined) return new Response("{}", { status: 404 });
    const opened = place.endpoint({ path, query: new URLSearchParams(), ...asked });
    const fault = faults.take(place.where, opened.name);
    const { reply: make, delivery } = replyPlan(fault);
    const reply = make?.(opened) ?? null;
    const outcome = reply?.outcome ?? fault?.kind ?? "none";
    counters.call({ at: this.now(), where: place.where, name: opened.name, outcome, fault: fault?.kind ?? null });
    if (delivery !== "whole" || reply === null) {
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    }
    const date = new Date(this.now()).toUTCString();
    return new Response(reply.body, { status: reply.status, headers: { ...reply.headers, date } });
  }
}

/** Lets everything run that waits for no timer. */
async function settle(busy: boolean): Promise<void> {
  for (let turns = busy ? 4 : 1; turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve));
}
