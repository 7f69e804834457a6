/**
 * The broker as a process of its own: one account with a token that lives, one client. Says where it listens, with which
 * token it is asked, and, for each line that it reads, the memory that it holds by then.
 *
 *     node --expose-gc broker-process.js <data folder> <address of the API>
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Broker } from "../../../src/broker/broker.ts";
import { systemClock } from "../../../src/clock.ts";
import { Keeper } from "../../../src/keeper/keeper.ts";
import { staticProvider } from "../../../src/keeper/providers/static.ts";
import { Vault } from "../../../src/keeper/vault/vault.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { systemRandom } from "../../../src/random.ts";
import { memoryOf } from "../memory/memory.ts";

const SETTLE_MS = 2000;
const HIGHEST_RATE = 1_000_000;

const [folder = "", api_url = ""] = process.argv.slice(2);
const secrets = new Secrets();
const { log } = new LogSink({ level: "info", secrets, format: "text", write: (line) => process.stderr.write(line) });
Vault.makeFolder(folder);
const parts = { clock: systemClock, random: systemRandom, secrets, log, providers: [staticProvider()] };
const vault = Vault.open({ folder, ...parts });
const keeper = new Keeper({
  ...parts,
  vault,
  defaultProvider: "static",
  runner: { run: () => Promise.reject(new Error("Nothing is refreshed.")), plan: () => {}, listen: () => {} },
});
const account = keeper.addAccount({ provider: "static", name: "Bench", token: "a-token-of-the-bench", api_url });
/** What the keeper does for a valid token is measured with the keeper. */
const present = { value: "a-token-of-the-bench", generation: 1, expires_at: null };
const tokens = {
  accounts: () => keeper.accounts(),
  apis: keeper.apis,
  getToken: () => Promise.resolve(present),
  invalidate: () => Promise.resolve(present),
};
const settings = { host: "127.0.0.1", brokerPort: 0, proxies: null };
const broker = new Broker({ ...parts, settings, vault, keeper: tokens });
const { token } = await broker.addClient({
  name: "Bench",
  accounts: [account.id],
  requests_per_minute: HIGHEST_RATE,
});
say({ port: broker.state().port, token });
for await (const _line of createInterface({ input: process.stdin })) {
  await delay(SETTLE_MS);
  await gc?.({ execution: "async" });
  await gc?.({ execution: "async" });
  say(await memoryOf(process.pid));
}
await broker.stop();
vault.close();

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
