import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Arrangement, MemoryArrangement } from "../../src/arrangement/arrangement.ts";
import { systemClock } from "../../src/clock.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { SessionStore, StoredSession } from "../../src/http/access/sessions.ts";
import type { HttpServerParts } from "../../src/http/server.ts";
import { FlightMeter } from "../../src/jobs/flight-meter.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { Problem } from "../../src/problem.ts";
import { readSettings } from "../../src/settings/settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { MemoryIntegration } from "../integration/memory-integration.ts";
import { MemoryHistory } from "../history/house.ts";
import { MemoryActivity } from "../activity/house.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";
import { Contract } from "./api/contract.ts";
import { MemoryDesk, MemoryDoor } from "./api/desk.ts";
import { MemoryImports } from "./import/memory-imports.ts";
import { MemoryClients } from "./programs/memory-clients.ts";
import { MemorySetUp } from "./api/memory-set-up.ts";
import { removeFolder } from "../remove-folder.ts";

/** Loopback addresses that play somebody else: the kernel lets a client speak from any of 127.0.0.0/8. */
export const INGRESS = "127.0.0.2";

export interface Asked {
  readonly method?: "GET" | "POST" | "HEAD" | "PUT" | "DELETE" | "OPTIONS";
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON, text as it is. */
  readonly body?: object | string;
  readonly from?: string;
  /** True: not held against the OpenAPI document, for a test that asks for something else. */
  readonly unchecked?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined where it is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface Stage {
  readonly server: HttpServer;
  readonly port: number;
  readonly picture: LivePicture;
  readonly desk: MemoryDesk;
  readonly door: MemoryDoor;
  readonly activity: MemoryActivity;
  readonly integration: MemoryIntegration;
  readonly sink: LogSink;
  readonly secrets: Secrets;
  readonly pageFolder: string;
  discoveries: number;
  /** Asks the gateway; every answer is held against the OpenAPI document, unless the request says otherwise. */
  readonly ask: (path: string, asked?: Asked) => Promise<Answer>;
  readonly post: (path: string, body: object, asked?: Asked) => Promise<Answer>;
  readonly feed: (headers?: Readonly<Record<string, string>>, from?: string) => Feed;
}

const contract = new Contract();

/** A listening server on a free port with a picture of one account and one lock; stopped when the test ends. */
export async function aStage(parts: Partial<HttpServerParts> = {}): Promise<Stage> {
  const secrets = new Secrets();
  const sink = new LogSink({ level: "trace", secrets, format: "json", write: () => {} });
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice()] });
  const arrangement = new Arrangement(new MemoryArrangement());
  const desk = new MemoryDesk(picture);
  const clients = new MemoryClients();
  const door = new MemoryDoor(picture);
  const activity = new MemoryActivity();
  const integration = new MemoryIntegration();
  const pageFolder = mkdtempSync(join(tmpdir(), "page-"));
  const server = new HttpServer({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    ingressPeer: null,
    membersReadActivity: false,
    password: null,
    sessions: new MemorySessions(),
    random: systemRandom,
    picture,
    accounts: desk,
    clients,
    commands: door,
    activity,
    history: new MemoryHistory(),
    integration,
    imports: new MemoryImports(picture, secrets, sink.log),
    flights: new FlightMeter(systemClock),
    settings: someSettings(),
    setUp: new MemorySetUp(),
    devices: {
      listDevices: () => {
        stage.discoveries += 1;
      },
      arrange: (device_id, wish) => {
        const device = picture.device(device_id);
        if (!device) throw new Problem("device_not_found", "There is no such device.");
        arrangement.change(device_id, wish);
        const { name, place } = arrangement.of(device_id);
        const arranged = { ...device, place, name: name ?? device.cloud_name };
        picture.update({ devices: [arranged] });
        return arranged;
      },
      remove: (device_id) => {
        if (!picture.device(device_id)) throw new Problem("device_not_found", "There is no such device.");
        picture.update({ removed_devices: [device_id] });
      },
    },
    logSink: sink,
    log: sink.log,
    secrets,
    version: "1.2.3",
    pageFolder,
    ...parts,
  });
  onTestFinished(async () => {
    await server.stop();
    removeFolder(pageFolder);
  });
  const { port } = await server.start();
  const ask = (path: string, asked: Asked = {}): Promise<Answer> => askServer(port, path, asked);
  const stage: Stage = {
    server,
    port,
    picture,
    desk,
    door,
    activity,
    integration,
    sink,
    secrets,
    pageFolder,
    discoveries: 0,
    ask,
    post: (path, body, asked = {}) => ask(path, { method: "POST", body, ...asked }),
    feed: (headers = {}, from) => {
      const feed = new Feed(
        new WebSocket(`ws://127.0.0.1:${port}/api/live`, {
          headers,
          ...(from === undefined ? {} : { localAddress: from }),
        }),
      );
      onTestFinished(() => feed.socket.terminate());
      return feed;
    },
  };
  return stage;
}

/** As a gateway has them that nobody has set anything for. */
function someSettings(): Settings {
  const nowhere = join(tmpdir(), "no-such-folder");
  return readSettings(
    { environment: {}, workingFolder: nowhere, optionsFile: join(nowhere, "options.json") },
    new Secrets(),
  );
}

/** Keeps sessions as long as the test lasts. */
export class MemorySessions implements SessionStore {
  kept: readonly StoredSession[] = [];

  read(): readonly StoredSession[] {
    return this.kept;
  }

  write(sessions: readonly StoredSession[]): void {
    this.kept = sessions;
  }
}

/** A page as the build makes it. */
export function buildPage(folder: string): void {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), '<!doctype html><script src="./assets/page-1a2b.js"></script>');
  writeFileSync(join(folder, "assets", "page-1a2b.js"), "export {};");
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
}

async function askServer(port: number, path: string, asked: Asked): Promise<Answer> {
  const { method = "GET", body, from, unchecked = false } = asked;
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const headers: OutgoingHttpHeaders = {
    ...(text === undefined ? {} : { "content-type": "application/json" }),
    ...asked.headers,
  };
  const answer = await new Promise<Answer>((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers,
        agent: false,
        ...(from === undefined ? {} : { localAddress: from }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const received = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: received,
            json:
              /json/.test(response.headers["content-type"] ?? "") && received !== "" ? asObject(received) : undefined,
          });
        });
      },
    );
    sent.on("error", reject);
    // As bytes: with text Node would write the headers in the body's encoding.
    sent.end(text === undefined ? undefined : Buffer.from(text));
  });
  if (method !== "HEAD" && !unchecked) {
    const contentType = answer.headers["content-type"];
    const given = { method, path, body: text, status: answer.status, contentType, text: answer.text };
    contract.checkAnswer(given);
    contract.checkRequest(given);
  }
  return answer;
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

export type FeedMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** The page's end of the live feed: keeps what comes, in order, and holds it against the document. */
export class Feed {
  readonly socket: WebSocket;
  readonly #received: FeedMessage[] = [];
  readonly #waiting: ((message: FeedMessage) => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as FeedMessage;
      contract.checkModel("FeedMessage", message);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#received.push(message);
    });
    socket.on("error", () => {});
  }

  next(): Promise<FeedMessage> {
    const message = this.#received.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The close code. */
  closed(): Promise<number> {
    return new Promise((resolve) => this.socket.once("close", (code) => resolve(code)));
  }

  /** The status and body with which the upgrade was refused. */
  refused(): Promise<{ readonly status: number; readonly json: Readonly<Record<string, unknown>> }> {
    return new Promise((resolve) => {
      this.socket.once("unexpected-response", (sent, response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          sent.destroy();
          resolve({ status: response.statusCode ?? 0, json: asObject(Buffer.concat(chunks).toString()) });
        });
      });
    });
  }
}
