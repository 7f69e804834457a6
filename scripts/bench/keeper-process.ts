/**
 * The keeper with its worker threads as a process of its own, as small as it can be held: measures itself against a
 * simulated cloud and prints a `KeeperMeasurement`.
 *
 *     node --expose-gc keeper-process.ts <data folder> <sign-in URL of the cloud> <its API> <redirect URI> <refreshes>
 */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../src/clock.ts";
import { httpFetch } from "../../src/jobs/http-fetch.ts";
import { Jobs } from "../../src/jobs/jobs.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { Vault } from "../../src/keeper/vault.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { DEMO } from "../../src/simulator/demo.ts";
import { BUNDLE } from "../gateway-process.ts";
import { allow } from "../sign-in.ts";
import { memoryOf } from "./memory.ts";
import { percentile } from "./percentile.ts";

export interface KeeperMeasurement {
  readonly get_token_us: number;
  /** Medians. A refresh with everything, the bare call to the token endpoint, a worker thread that does nothing. */
  readonly refresh_ms: number;
  readonly call_ms: number;
  readonly empty_worker_ms: number;
  /** Anonymous memory after the first refreshes, and after the last. */
  readonly before_mb: number;
  readonly after_mb: number;
}

const READS = 20_000;
/** Pairs of a refresh and a bare call. */
const PAIRS = 40;
/** Memory rises with the first workers, whatever they do. */
const WARM_UP = 150;
const SETTLE_MS = 5000;

const [folder = "", oauthUrl = "", apiUrl = "", redirect_uri = "", refreshes = ""] = process.argv.slice(2);
const providers = [utecProvider({ oauthUrl, apiUrl })];
const secrets = new Secrets();
const { log } = new LogSink({ level: "error", secrets, format: "text", write: (line) => process.stderr.write(line) });
Vault.makeFolder(folder);
const vault = Vault.open({ folder, clock: systemClock, random: systemRandom, secrets });
const workerFile = pathToFileURL(join(BUNDLE, "../grant-worker.js"));
const jobs = new Jobs({ workerFile, folder, providers, clock: systemClock, log, callTimeoutMs: 20_000 });
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

const get_token_us = percentile(await times(READS, () => keeper.getToken(id)), 0.5) * 1000;
for (let warm = 0; warm < WARM_UP; warm += 1) await refresh();
const before_mb = await settledMemory();
const pairs: { readonly whole: number; readonly bare: number; readonly empty: number }[] = [];
for (let pair = 0; pair < PAIRS; pair += 1) {
  const [whole = Number.NaN] = await times(1, refresh);
  const [bare = Number.NaN] = await times(1, call);
  const [empty = Number.NaN] = await times(1, emptyWorker);
  pairs.push({ whole, bare, empty });
}
for (let more = PAIRS; more < Number(refreshes); more += 1) await refresh();
const median = (of: (pair: (typeof pairs)[number]) => number): number => percentile(pairs.map(of), 0.5);
const measured: KeeperMeasurement = {
  get_token_us,
  refresh_ms: median(({ whole }) => whole),
  call_ms: median(({ bare }) => bare),
  empty_worker_ms: median(({ empty }) => empty),
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

/** What the network and the cloud take by themselves: the same call, which the cloud refuses. */
async function call(): Promise<void> {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: "none", client_id, client_secret });
  const answer = await httpFetch(`${oauthUrl}/token`, { method: "POST", body });
  await Array.fromAsync(answer.body ?? []);
}

function emptyWorker(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker("", { eval: true });
    worker.on("exit", () => resolve());
    worker.on("error", reject);
  });
}

/** What stays, once it has been looked through what nobody needs any more. */
async function settledMemory(): Promise<number> {
  await delay(SETTLE_MS);
  await gc?.({ execution: "async" });
  return (await memoryOf(process.pid)).anonymous;
}
