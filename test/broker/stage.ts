import { request } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import type { ClientWish } from "../../src/broker/broker-state.ts";
import { Broker } from "../../src/broker/broker.ts";
import type { BrokerServerParts } from "../../src/broker/server.ts";
import type { ProviderDetails } from "../../src/keeper/account.ts";
import { loginProvider } from "../../src/keeper/providers/login.ts";
import { LogSink } from "../../src/log-sink.ts";
import { systemRandom } from "../../src/random.ts";
import { House } from "../keeper/house.ts";
import { Cloud } from "./cloud.ts";

export type Limits = NonNullable<BrokerServerParts["limits"]>;

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Null: no Authorization header. */
  readonly token?: string | null;
}

export interface Stage {
  readonly cloud: Cloud;
  readonly house: House;
  readonly broker: Broker;
  readonly account_id: string;
  readonly client_id: string;
  readonly token: string;
  readonly lines: string[];
  readonly port: () => number;
  readonly ask: (path: string, ask?: Ask) => Promise<Got>;
}

export interface StageOptions {
  readonly account?: Partial<ProviderDetails>;
  readonly client?: Partial<ClientWish>;
  readonly limits?: Limits;
}

/** A cloud, a keeper with one account there, and a broker with one client; all end with the test. */
export async function aStage({ account = {}, client = {}, limits = {} }: StageOptions = {}): Promise<Stage> {
  const cloud = await Cloud.start();
  const house = new House({ url: cloud.url, providers: [loginProvider()] });
  const { id } = house.keeper.addAccount({
    provider: "login",
    name: "Grid",
    url: `${cloud.url}/login`,
    username: "ada",
    password: "canary-password",
    api_url: `${cloud.url}/api`,
    ...account,
  });
  const { broker, lines } = aBroker(house, limits);
  onTestFinished(async () => {
    await broker.stop();
    await cloud.stop();
    house.remove();
  });
  const made = await broker.addClient({
    name: "Dashboard",
    accounts: [id],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    requests_per_minute: 1_000_000,
    ...client,
  });
  return {
    cloud,
    house,
    broker,
    account_id: id,
    client_id: made.client.id,
    token: made.token,
    lines,
    port: () => broker.state().port,
    ask: (path, asked = {}) => askBroker(broker.state().port, path, { token: made.token, ...asked }),
  };
}

export function aBroker(house: House, limits: Limits = {}): { broker: Broker; lines: string[] } {
  const lines: string[] = [];
  const sink = new LogSink({
    level: "trace",
    secrets: house.secrets,
    format: "json",
    write: (line) => lines.push(line),
  });
  const broker = new Broker({
    settings: { host: "127.0.0.1", brokerPort: 0, proxies: null },
    vault: house.vault,
    keeper: house.keeper,
    clock: house.clock,
    random: systemRandom,
    secrets: house.secrets,
    log: sink.log,
    limits,
  });
  return { broker, lines };
}

/** Sends the path as it is written: no library tidies it. */
export async function askBroker(
  port: number,
  path: string,
  { method = "GET", token, body, ...ask }: Ask,
): Promise<Got> {
  const headers: OutgoingHttpHeaders = {
    ...(typeof token === "string" ? { authorization: `Bearer ${token}` } : {}),
    ...ask.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const received = Buffer.concat(chunks);
        const text = received.toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: received,
          text,
          json: parsed(text),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
