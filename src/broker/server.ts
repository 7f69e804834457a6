import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import { listen, refuseOnSocket } from "../incoming/sockets.ts";
import type { TokenSource } from "../keeper/account.ts";
import type { Log, Secrets } from "../log.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import { Problem } from "../problem.ts";
import { phrase } from "../said/phrase.ts";
import type { Clients } from "./admission/clients.ts";
import { Traffic } from "./admission/traffic.ts";
import { application, refusalDetails, refusalHeaders } from "./application.ts";
import type { ClientAccounts } from "./application.ts";
import { BodyRoom } from "./fence/body-room.ts";
import { Refusal } from "./refusal.ts";
import { Relay } from "./relay.ts";
import { Exchange } from "./upstream/exchange.ts";
import { TokenScrub } from "./upstream/token-scrub.ts";
import { BrokerTransport } from "./upstream/transport.ts";
import type { TransportLimits } from "./upstream/transport.ts";

export interface BrokerServerParts {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clients: Clients;
  readonly accounts: ClientAccounts & TokenSource;
  readonly proxies: ProxySettings | null;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly log: Log;
  readonly onFetch?: (ok: boolean) => void;
  readonly limits?: Partial<TransportLimits & { readonly requestMs: number }>;
}

const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 700;
const MOST_CONNECTIONS = 512;

/** Owns the broker's port and every socket on it. */
export class BrokerServer {
  readonly #parts: BrokerServerParts;
  readonly #server: Server;
  readonly #transport: BrokerTransport;
  readonly #relay: Relay;
  readonly #traffic: Traffic;

  constructor(parts: BrokerServerParts) {
    this.#parts = parts;
    const { accounts, clock, limits = {} } = parts;
    const room = new BodyRoom();
    this.#transport = new BrokerTransport(parts.proxies, limits, room);
    this.#traffic = new Traffic(clock);
    const exchange = new Exchange({ tokens: accounts, transport: this.#transport, scrub: new TokenScrub() });
    this.#relay = new Relay({
      exchange,
      clock,
      ...(parts.onFetch === undefined ? {} : { onFetch: parts.onFetch }),
      ...(limits.requestMs === undefined ? {} : { limitMs: limits.requestMs }),
    });
    this.#server = createServer(
      { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS },
      application({ ...parts, traffic: this.#traffic, room, relay: this.#relay }),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    // Longer than any request is quiet: a caller that does not read would hold its room for ever.
    this.#server.setTimeout(2 * (limits.requestMs ?? REQUEST_WITHIN_MS));
    this.#server.on("upgrade", (_request, socket) => this.#refuseUpgrade(socket));
    this.#server.on("connect", (_request, socket) => this.#refuseUpgrade(socket));
  }

  /** Listens. @throws Problem `port_unusable` */
  start(): Promise<number> {
    return listen(this.#server, this.#parts, portUnusable);
  }

  /** Ends what is kept for a client. */
  forget(client_id: string): void {
    this.#relay.kept.forget(client_id);
    this.#traffic.forget(client_id);
  }

  /** Lets pending answers finish, and closes every socket within a second. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cancel = this.#parts.clock.after(STOP_WITHIN_MS, () => this.#server.closeAllConnections());
    await closed;
    cancel();
    await this.#transport.close();
  }

  #refuseUpgrade(socket: Duplex): void {
    socket.on("error", () => socket.destroy());
    const refusal = new Refusal("upgrade_refused", "The broker passes on requests, no WebSockets and no tunnels.");
    refuseOnSocket(socket, refusalDetails(refusal, this.#parts.secrets), refusalHeaders(refusal));
  }
}

function portUnusable(cause: NodeJS.ErrnoException, host: string, port: number): Problem {
  const message =
    cause.code === "EADDRINUSE"
      ? phrase("broker_port_used", { number: port, host })
      : phrase("broker_port_unusable", { number: port, host, error: cause.code ?? "unknown error" });
  return new Problem("port_unusable", message, { field: "UTEC_GATEWAY_BROKER_PORT", cause });
}
