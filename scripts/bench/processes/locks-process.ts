/**
 * The rooms from the U-tec cloud to Home Assistant as a process of its own: polls all accounts in rounds, and prints a
 * `Round` as a line of JSON for each. A line `link` on its input connects it to Home Assistant.
 *
 *     node locks-process.ts <action endpoint> <Home Assistant's URL> <its token> <access token of an account> ...
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { systemClock } from "../../../src/clock.ts";
import type { TokenSource } from "../../../src/keeper/account.ts";
import { Link } from "../../../src/home-assistant/link.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { systemRandom } from "../../../src/random.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { UtecClient } from "../../../src/utec/cloud/client.ts";
import type { DeviceTarget } from "../../../src/utec/cloud/client.ts";
import { Poller } from "../../../src/utec/polling/poller.ts";
import type { DeviceReport } from "../../../src/utec/reading/states.ts";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import { aGateway, anAccount } from "../../../test/state/models.ts";

/** One poll of every account. */
export interface Round {
  /** Locks whose state is fresh at its end. */
  readonly fresh: number;
  /** Of the accounts' polls, which go side by side, the longest. */
  readonly took_ms: number;
  /** All that the process has used since the round before. */
  readonly cpu_ms: number;
}

const INTERVAL_MS = 1000;

const [apiUrl = "", homeAssistantUrl = "", token = "", ...accessTokens] = process.argv.slice(2);
const ids = accessTokens.map((_, index) => `account ${index + 1}`);
const clock = systemClock;
const secrets = new Secrets();
const { log } = new LogSink({ level: "error", secrets, format: "text", write: (line) => process.stderr.write(line) });
const picture = new LivePicture(aGateway());
const tokens: TokenSource = {
  getToken: (id) => Promise.resolve({ value: accessTokens[ids.indexOf(id)] ?? "", generation: 1, expires_at: null }),
  invalidate: () => Promise.reject(new Problem("sign_in_needed", "The bench's tokens do not end.")),
};

/**
 * Starts the accounts' polls at the same moment, the worst case, and reports how long each took until it was in the
 * picture.
 */
class TimedClient extends UtecClient {
  #waiting: (() => void)[] = [];
  readonly #took: number[] = [];
  #cpu = process.cpuUsage();

  override async query(
    accountId: string,
    targets: readonly DeviceTarget[],
    signal?: AbortSignal,
  ): Promise<DeviceReport[]> {
    await this.#together();
    const begun = performance.now();
    const reports = await super.query(accountId, targets, signal);
    setImmediate(() => this.#ended(performance.now() - begun));
    return reports;
  }

  #together(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) < ids.length) return;
      for (const go of this.#waiting.splice(0)) go();
    });
  }

  #ended(tookMs: number): void {
    if (this.#took.push(tookMs) < ids.length) return;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const round: Round = {
      fresh: picture.devices().filter(({ freshness }) => freshness === "fresh").length,
      took_ms: Math.max(...this.#took.splice(0)),
      cpu_ms: (user + system) / 1000,
    };
    process.stdout.write(`${JSON.stringify(round)}\n`);
  }
}

const refused = (): never => {
  throw new Problem("forbidden", "The bench takes no commands.");
};
const transport = new Transport();
const client = new TimedClient({ actionUrl: () => apiUrl, tokens, transport, secrets, clock, random: systemRandom });
const poller = new Poller({ client, picture, clock, random: Math.random, log, intervalMs: INTERVAL_MS });
const link = new Link({
  target: { kind: "direct", url: homeAssistantUrl, token },
  gateway_id: picture.gateway.id,
  version: "0.1.0",
  page: () => null,
  picture,
  commands: {
    submit: () => Promise.reject(new Problem("command_unsupported", "The bench takes no commands.")),
    ended: () => Promise.reject(new Problem("command_not_found", "The bench takes no commands.")),
  },
  accounts: {
    refreshNow: refused,
    updateAccount: refused,
    authorise: refused,
    beginDeviceCode: refused,
    events: () => [],
  },
  activity: {
    page: () => ({ entries: [], next: null }),
    events: () => [],
    after: () => 1,
    newest: () => [],
    follow: () => () => {},
  },
  devices: poller,
  witnessed: { checkGenerations: () => undefined },
  clock,
  log,
  secrets,
});
picture.update({ accounts: ids.map((id) => anAccount({ id, name: id })) });
poller.start();
createInterface(process.stdin).on("line", (line) => {
  if (line === "link") link.start();
});
