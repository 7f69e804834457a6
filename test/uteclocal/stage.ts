import { request } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import { PRIVATE_NETWORKS } from "../../src/incoming/networks.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import type { LogRecord } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { UteclocalServer } from "../../src/uteclocal/server.ts";
import type { UteclocalParts } from "../../src/uteclocal/server.ts";
import { ManualClock } from "../clock.ts";
import { MemoryDesk, MemoryDoor } from "../http/api/desk.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: Json | undefined;
}

type Json = Readonly<Record<string, unknown>>;

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON, everything else as it is. */
  readonly body?: object | string | Buffer;
  /** A loopback address that plays somebody else. */
  readonly from?: string;
}

/** A poller that only notes what it is asked. */
export class MemoryPoller {
  /** The accounts that it was asked to ask for, one after the other. */
  readonly asked: string[] = [];
  looks = 0;
  /** What a look at the cloud comes to. */
  onLook: () => void = () => {};
  onAsk: (account_id: string) => Promise<void> = () => Promise.resolve();

  looked(): Promise<void> {
    this.looks += 1;
    this.onLook();
    return Promise.resolve();
  }

  askNow(account_id: string): Promise<void> {
    this.asked.push(account_id);
    return this.onAsk(account_id);
  }
}

export interface Stage {
  readonly server: UteclocalServer;
  readonly port: number;
  readonly picture: LivePicture;
  readonly desk: MemoryDesk;
  readonly poller: MemoryPoller;
  readonly clock: ManualClock;
  readonly secrets: Secrets;
  readonly sink: LogSink;
  readonly log: () => LogRecord[];
  readonly ask: (path: string, ask?: Ask) => Promise<Got>;
  readonly post: (path: string, body?: object) => Promise<Got>;
}

type StageOptions = Partial<Omit<UteclocalParts, "settings">> & {
  readonly settings?: Partial<UteclocalParts["settings"]>;
};

/** A picture of one account with one lock. */
export function aPicture(): LivePicture {
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice()] });
  return picture;
}

/** All that the port needs, in memory and in a time that the test moves. */
export function someParts({ settings = {}, ...given }: StageOptions = {}) {
  const secrets = new Secrets();
  const sink = new LogSink({ level: "trace", secrets, format: "json", write: () => {} });
  const picture = given.picture ?? aPicture();
  const desk = new MemoryDesk(picture);
  const poller = new MemoryPoller();
  const clock = new ManualClock();
  const parts: UteclocalParts = {
    picture,
    accounts: desk,
    commands: new MemoryDoor(picture),
    poller,
    pagePort: 8099,
    sink,
    clock,
    random: systemRandom,
    secrets,
    log: sink.log,
    ...given,
    settings: {
      compatibility: true,
      compatibilityHost: "127.0.0.1",
      compatibilityPort: 0,
      compatibilityNetworks: PRIVATE_NETWORKS,
      pollIntervalMs: 30_000,
      mode: "standalone",
      host: "127.0.0.1",
      oauthUrl: null,
      apiUrl: null,
      ...settings,
    },
  };
  return { parts, desk, poller, clock, picture, secrets, sink };
}

/** A server on a free port, stopped when the test ends. */
export async function aStage(options: StageOptions = {}): Promise<Stage> {
  const { parts, ...all } = someParts(options);
  const server = new UteclocalServer(parts);
  onTestFinished(() => server.stop());
  const port = await server.start();
  const ask = (path: string, asked: Ask = {}): Promise<Got> => askPort(port, path, asked);
  return {
    ...all,
    server,
    port,
    ask,
    post: (path, body = {}) => ask(path, { method: "POST", body }),
    log: () => all.sink.tail(),
  };
}

/** Sends the path as it is written: no library tidies it. */
export function askPort(port: number, path: string, { method = "GET", from, ...ask }: Ask = {}): Promise<Got> {
  const isText = typeof ask.body === "string" || Buffer.isBuffer(ask.body);
  const body = ask.body === undefined || isText ? (ask.body as string | Buffer | undefined) : JSON.stringify(ask.body);
  const headers: OutgoingHttpHeaders = {
    ...(body === undefined || isText ? {} : { "content-type": "application/json" }),
    ...ask.headers,
  };
  const own = from === undefined ? {} : { localAddress: from };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false, ...own }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
