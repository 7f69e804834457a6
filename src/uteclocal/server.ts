import { createServer } from "node:http";
import type { Server } from "node:http";
import { listen } from "../incoming/sockets.ts";
import { utecUrls } from "../keeper/providers/utec.ts";
import type { AccountDesk } from "../keeper/account.ts";
import type { Clock } from "../clock.ts";
import type { LogSink } from "../log-sink.ts";
import type { Log, Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { Random } from "../random.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { CommandApi } from "../utec/commands/command-api.ts";
import type { FirstLookParts } from "./first-look.ts";
import { AccountRequests } from "./account-requests.ts";
import { DeviceAnswers } from "./answers/device-answers.ts";
import { application } from "./application.ts";
import { FirstLook } from "./first-look.ts";
import { LockRequests } from "./lock-requests.ts";
import { LogText } from "./log-text.ts";
import { Networks } from "../incoming/networks.ts";

export interface UteclocalParts {
  readonly settings: {
    readonly compatibility: boolean;
    readonly compatibilityHost: string;
    /** 0 takes any free port. */
    readonly compatibilityPort: number;
    readonly compatibilityNetworks: readonly string[];
    readonly pollIntervalMs: number;
    /** Inside Home Assistant the page is found there. */
    readonly mode: "addon" | "standalone";
    /** Of the page. */
    readonly host: string;
    readonly oauthUrl: string | null;
    readonly apiUrl: string | null;
  };
  readonly picture: LivePicture;
  readonly accounts: AccountDesk;
  readonly commands: CommandApi;
  readonly poller: FirstLookParts["poller"];
  readonly pagePort: number;
  readonly sink: LogSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly log: Log;
  readonly holdMs?: number;
}

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** Longer than a program keeps an idle connection: the one that closes it knows that nothing is on its way. */
const KEEP_ALIVE_MS = 75_000;
const STOP_WITHIN_MS = 700;
const MOST_CONNECTIONS = 512;

/** Owns the port that programs know from uteclocal, and every socket on it. */
export class UteclocalServer {
  readonly #parts: UteclocalParts;
  readonly #answers: DeviceAnswers;
  readonly #stopping = new AbortController();
  readonly #server: Server;

  constructor(parts: UteclocalParts) {
    this.#parts = parts;
    const { settings, picture, clock, random, sink, pagePort } = parts;
    const { oauthUrl: oauth, apiUrl: api } = utecUrls(settings);
    this.#answers = new DeviceAnswers(picture, random);
    this.#server = createServer(
      {
        headersTimeout: HEADERS_WITHIN_MS,
        requestTimeout: REQUEST_WITHIN_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        // There is nothing to be upgraded to: such a request is answered as the plain one that it also is.
        shouldUpgradeCallback: () => false,
      },
      application({
        ...parts,
        answers: this.#answers,
        page: settings.mode === "addon" ? null : { host: settings.host, port: pagePort },
        account: new AccountRequests({ ...parts, addresses: { oauth, api }, pollIntervalMs: settings.pollIntervalMs }),
        locks: new LockRequests({ ...parts, stopping: this.#stopping.signal }),
        cloud: new FirstLook(parts),
        logText: new LogText(sink, clock),
        networks: new Networks(settings.compatibilityNetworks),
      }),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    // Longer than any answer is held: a caller that does not read would keep its connection for ever.
    this.#server.setTimeout(2 * REQUEST_WITHIN_MS);
    this.#server.on("connect", (_request, socket) => socket.destroy());
  }

  /** Listens. @throws Problem `port_unusable` */
  start(): Promise<number> {
    const { compatibilityHost: host, compatibilityPort: port } = this.#parts.settings;
    return listen(this.#server, { host, port }, portUnusable);
  }

  /** Ends what is held, and lets pending answers finish, within a second. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#answers.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cancel = this.#parts.clock.after(STOP_WITHIN_MS, () => this.#server.closeAllConnections());
    this.#server.closeIdleConnections();
    await closed;
    cancel();
  }
}

function portUnusable(cause: NodeJS.ErrnoException, host: string, port: number): Problem {
  const { code = "unknown error" } = cause;
  const because = code === "EADDRINUSE" ? "it is in use: stop the uteclocal gateway, or whatever uses it" : code;
  return new Problem(
    "port_unusable",
    `Port ${port} of ${host}, where programs that know uteclocal ask, can't be had (${because}). It is tried again every 30 s; the rest runs.`,
    { field: "UTEC_GATEWAY_COMPATIBILITY_PORT", cause },
  );
}
