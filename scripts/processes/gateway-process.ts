import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { AccountState } from "../../src/keeper/account.ts";
import type { LogRecord } from "../../src/log.ts";
import type { CommandState, DeviceState, Snapshot } from "../../src/state/picture.ts";
import { withAges } from "../../src/state/report-ages.ts";
import type { Update } from "../../src/state/report-ages.ts";
import type { Runtime } from "./container.ts";

export interface GatewayProcessOptions {
  readonly dataFolder: string;
  /** The simulated cloud. */
  readonly cloud?: { readonly oauthUrl: string; readonly apiUrl: string };
  readonly client?: { readonly client_id: string; readonly client_secret: string };
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** What to run: the sources (the default), the bundle, or an entry of a test. */
  readonly entry?: string;
  /** How Node itself is started; as it comes, where this is absent. */
  readonly runtime?: Runtime;
  /** Gets the log as the process writes it. */
  readonly onLog?: (line: string) => void;
}

export const SOURCES = join(import.meta.dirname, "../../src/main.ts");
export const BUNDLE = join(import.meta.dirname, "../../dist/main.js");

/** How long a start may take before something must be wrong. */
const READY_WITHIN_MS = 45_000;

/** Starts a gateway as a process of its own and waits until it is ready. */
export async function startGateway(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const gateway = launchGateway(options);
  await gateway.ready();
  return gateway;
}

/** Starts a gateway as a process of its own, and does not wait. */
export function launchGateway(options: GatewayProcessOptions): GatewayProcess {
  const port = options.port ?? 0;
  const redirect = port === 0 ? {} : { UTEC_GATEWAY_REDIRECT_URI: `http://127.0.0.1:${port}/oauth/callback` };
  const child = spawn(process.execPath, [...(options.runtime?.flags ?? []), options.entry ?? SOURCES], {
    stdio: ["ignore", "pipe", "pipe"],
    // No setting of the person who runs this may leak in: only what is named here is set.
    cwd: options.dataFolder,
    env: {
      PATH: process.env["PATH"],
      TZ: process.env["TZ"],
      NODE_NO_WARNINGS: "1",
      ...options.runtime?.environment,
      UTEC_GATEWAY_DATA: options.dataFolder,
      UTEC_GATEWAY_PORT: String(port),
      UTEC_GATEWAY_LOG_FORMAT: "json",
      ...(options.cloud
        ? { UTEC_GATEWAY_OAUTH_URL: options.cloud.oauthUrl, UTEC_GATEWAY_API_URL: options.cloud.apiUrl }
        : {}),
      ...(options.client
        ? {
            UTEC_GATEWAY_CLIENT_ID: options.client.client_id,
            UTEC_GATEWAY_CLIENT_SECRET: options.client.client_secret,
            ...redirect,
          }
        : {}),
      ...options.environment,
    },
  });
  return new GatewayProcess(child, options.onLog);
}

/** Thrown when the process ended before it was ready. */
export class GatewayDidNotStart extends Error {
  override readonly name = "GatewayDidNotStart";
  readonly exitCode: number | null;
  readonly output: string;

  constructor(exitCode: number | null, output: string) {
    super(`The gateway ended with code ${exitCode} before it was ready:\n${output}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** An answer of the API that was an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** The field of the request that is wrong, if one is. */
  readonly field: string | undefined;

  constructor(status: number, body: { readonly code?: string; readonly detail?: string; readonly field?: string }) {
    super(`${status} ${body.code ?? ""}: ${body.detail ?? ""}`);
    this.status = status;
    this.code = body.code ?? "";
    this.field = body.field;
  }
}

export class GatewayProcess {
  readonly child: ChildProcess;
  #output = "";
  #partialLine = "";
  #port = 0;
  readonly #ended: Promise<number | null>;
  readonly #onLog: ((line: string) => void) | undefined;
  readonly #records: LogRecord[] = [];

  constructor(child: ChildProcess, onLog?: (line: string) => void) {
    this.child = child;
    this.#onLog = onLog;
    child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => this.#read(chunk.toString()));
    this.#ended = new Promise((resolve) => {
      child.once("close", (code) => resolve(code));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything the process has written. */
  get output(): string {
    return this.#output;
  }

  /** The log's lines, parsed (with the JSON format). */
  get records(): readonly LogRecord[] {
    return this.#records;
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (this.#port === 0) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        await this.#ended;
        throw new GatewayDidNotStart(this.child.exitCode, this.#output);
      }
      if (performance.now() > deadline) {
        await this.kill();
        throw new GatewayDidNotStart(null, this.#output);
      }
      await delay(10);
    }
  }

  async get<T>(path: string): Promise<T> {
    return readAnswer<T>(await fetch(`${this.url}/${path}`));
  }

  async post<T>(path: string, body: object): Promise<T> {
    const response = await fetch(`${this.url}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return readAnswer<T>(response);
  }

  state(): Promise<Snapshot> {
    return this.get<Snapshot>("api/state");
  }

  async account(): Promise<AccountState> {
    const [account] = (await this.state()).accounts;
    if (!account) throw new Error("The gateway has no account.");
    return account;
  }

  command(device_id: string, name: "lock" | "unlock"): Promise<CommandState> {
    return this.post<CommandState>("api/commands", { device_id, name });
  }

  /** Watches the live feed until the picture fulfils `predicate`; rejects with what it last saw. */
  waitFor(predicate: (picture: Snapshot) => boolean, what: string, withinMs = 20_000): Promise<Snapshot> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.url.replace("http", "ws")}/api/live`);
      let picture: Snapshot | undefined;
      const end = (act: () => void): void => {
        clearTimeout(timer);
        socket.removeAllListeners();
        socket.on("error", () => {});
        socket.close();
        act();
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`Waited ${withinMs} ms for ${what}; last seen: ${JSON.stringify(picture)}`))),
        withinMs,
      );
      socket.on("error", (error) => end(() => reject(error)));
      socket.on("message", (data: Buffer) => {
        const message = JSON.parse(data.toString()) as FeedMessage;
        if (message.type === "snapshot") picture = message;
        else if (message.type === "update" && picture) picture = applyChange(picture, message);
        const now = picture;
        if (now && predicate(now)) end(() => resolve(now));
      });
    });
  }

  /** Asks it to stop; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#ended;
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }

  #read(text: string): void {
    this.#output += text;
    const lines = (this.#partialLine + text).split("\n");
    this.#partialLine = lines.pop() ?? "";
    for (const line of lines) {
      this.#onLog?.(line);
      const record = parseRecord(line);
      if (!record) continue;
      this.#records.push(record);
      if (record.message === "Ready.") this.#port = Number(record.fields["port"]);
    }
  }
}

type FeedMessage = ({ type: "snapshot" } & Snapshot) | ({ type: "update" } & Update) | { type: "alive" | "log" };

/** The picture after a change of the live feed. */
export function applyChange(picture: Snapshot, change: Update): Snapshot {
  const merge = <T extends { readonly id: string }>(
    now: readonly T[],
    set: readonly T[] = [],
    removed: readonly string[] = [],
  ): T[] => {
    const byId = new Map([...now, ...set].map((object) => [object.id, object]));
    for (const id of removed) byId.delete(id);
    return [...byId.values()];
  };
  const changed: Snapshot = {
    seq: change.seq,
    gateway: change.set.gateway ?? picture.gateway,
    accounts: merge(picture.accounts, change.set.accounts, change.removed.accounts),
    devices: merge<DeviceState>(picture.devices, change.set.devices, change.removed.devices),
    commands: merge(picture.commands, change.set.commands),
  };
  return change.ages ? withAges(changed, change.ages) : changed;
}

async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, asProblem(text));
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function asProblem(text: string): { code?: string; detail?: string; field?: string } {
  try {
    return JSON.parse(text) as { code?: string; detail?: string; field?: string };
  } catch {
    return { detail: text.slice(0, 200) };
  }
}

function parseRecord(line: string): LogRecord | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const { level, time, part, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
    return {
      at: Number(time),
      level: String(level) as LogRecord["level"],
      part: typeof part === "string" ? part : "gateway",
      message: typeof msg === "string" ? msg : "",
      fields,
    };
  } catch {
    return undefined;
  }
}
