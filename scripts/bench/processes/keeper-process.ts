/**
 * The keeper with its worker threads as a process of its own, as small as possible: measures itself against a simulated
 * cloud and prints a `KeeperMeasurement`.
 *
 *     node --expose-gc keeper-process.js <worker's file> <data folder> <sign-in URL of the cloud> <its API>
 *       <redirect URI> <refreshes>
 */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../../src/clock.ts";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import { Jobs } from "../../../src/jobs/jobs.ts";
import { callOnce } from "../../../src/keeper/token-calls/http-call.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { readTokenAnswer } from "../../../src/keeper/answers/token-response.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { allow } from "../../processes/sign-in.ts";
import { memoryOf } from "../memory/memory.ts";
import { percentile } from "../percentile.ts";

export interface KeeperMeasurement {
  readonly get_token_us: number;
  /** From the decision to the committed and published token, its thread's start and end included. */
  readonly refresh: Cost;
  /** The same call alone, from a process that is warm: what the network and the cloud take by themselves. */
  readonly call: Cost;
  /** A worker thread that does nothing. */
  readonly empty_worker: Cost;
  /** Anonymous memory after the first refreshes, and after the last. */
  readonly before_mb: number;
  readonly after_mb: number;
}

/** Medians. The time counts all threads. */
export interface Cost {
  readonly ms: number;
  readonly cpu_ms: number;
}

const CALL_TIMEOUT_MS = 20_000;
const READS = 20_000;
/** A refresh, a bare call and an empty thread in turn, so that a busy machine is as busy for each. */
const ROUNDS = 100;
/** Memory rises during the first hundreds, until whatever is used often is compiled. */
const WARM_UP = 500;
/** A thread is still being taken down when its result arrives. */
const TAKE_DOWN_MS = 10;
/** V8 gives back what ended threads had after some seconds. */
const SETTLE_MS = 4000;
const LOOKS = 5;

const [workerFile = "", folder = "", oauthUrl = "", apiUrl = "", redirect_uri = "", refreshes = ""] =
  process.argv.slice(2);
const provider = utecProvider({ oauthUrl, apiUrl });
const providers = [provider];
const secrets = new Secrets();
const { log } = new LogSink({ level: "error", secrets, format: "text", write: (line) => process.stderr.write(line) });
Vault.makeFolder(folder);
const vault = Vault.open({ folder, clock: systemClock, random: systemRandom, secrets });
const jobs = new Jobs({
  workerFile: pathToFileURL(workerFile),
  folder,
  providers,
  clock: systemClock,
  log,
  callTimeoutMs: CALL_TIMEOUT_MS,
});
const keeper = new Keeper({
  vault,
  providers,
  defaultProvider: "utec",
  runner: jobs,
  clock: systemClock,
  random: systemRandom,
  log,
});
const { client_id, client_secret } = DEMO.client;
const { id } = keeper.addAccount({ name: "Bench", client_id, client_secret, redirect_uri });
await keeper.exchange(await allow(keeper.authorise(id).url));

/** Of a grant beside the keeper's. */
let refresh_token = await signInBeside();

const get_token_us = percentile(await times(READS, () => keeper.getToken(id)), 0.5) * 1000;
for (let warm = 0; warm < WARM_UP; warm += 1) await refresh();
const before_mb = await settledMemory();
const costs: { readonly refresh: Cost; readonly call: Cost; readonly empty_worker: Cost }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  costs.push({ refresh: await cost(refresh), call: await cost(call), empty_worker: await cost(emptyWorker) });
}
for (let more = ROUNDS; more < Number(refreshes); more += 1) await refresh();
const measured: KeeperMeasurement = {
  get_token_us,
  refresh: median((round) => round.refresh),
  call: median((round) => round.call),
  empty_worker: median((round) => round.empty_worker),
  before_mb,
  after_mb: await settledMemory(),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
await jobs.stop();
vault.close();

/** Each in ms, one after the other. */
async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const begun = performance.now();
    await work();
    took.push(performance.now() - begun);
  }
  return took;
}

async function refresh(): Promise<void> {
  const { generation } = await keeper.getToken(id);
  const report = await jobs.run({ kind: "refresh", account_id: id, generation });
  if (report.outcome !== "committed") throw new Error(`A refresh ended ${report.outcome}.`);
}

async function signInBeside(): Promise<string> {
  const code = new URL(await allow(keeper.authorise(id).url)).searchParams;
  return newRefreshToken({
    grant_type: "authorization_code",
    code: code.get("authorization_code") ?? code.get("code") ?? "",
    redirect_uri,
  });
}

async function call(): Promise<void> {
  refresh_token = await newRefreshToken({ grant_type: "refresh_token", refresh_token });
}

async function newRefreshToken(form: Readonly<Record<string, string>>): Promise<string> {
  const transport = { fetch: httpFetch(), clock: systemClock, timeoutMs: CALL_TIMEOUT_MS };
  const body = new URLSearchParams({ ...form, client_id, client_secret }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await callOnce(transport, provider.tokenUrl ?? "", { method: "POST", headers, body });
  const pair = readTokenAnswer(answer, provider);
  if (!pair?.refresh_token) throw new Error(`The cloud answered ${answer.status}: ${answer.body}`);
  return pair.refresh_token;
}

/** Of one piece of work. What other threads are still finishing counts as well. */
async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const [ms = Number.NaN] = await times(1, work);
  await delay(TAKE_DOWN_MS);
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpu_ms: (user + system) / 1000 };
}

function median(of: (round: (typeof costs)[number]) => Cost): Cost {
  const middle = (what: keyof Cost): number =>
    percentile(
      costs.map((round) => of(round)[what]),
      0.5,
    );
  return { ms: middle("ms"), cpu_ms: middle("cpu_ms") };
}

function emptyWorker(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker("", { eval: true });
    worker.on("exit", () => resolve());
    worker.on("error", reject);
  });
}

/** The memory that stays: one collection finds what is no longer needed, and the next gives back what that had held. */
async function settledMemory(): Promise<number> {
  for (let look = 0; look < LOOKS; look += 1) {
    await delay(SETTLE_MS);
    await gc?.({ execution: "async" });
  }
  return (await memoryOf(process.pid)).anonymous;
}
