import { Agent as HttpAgent } from "node:http";
import type { AgentOptions, ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { RequestOptions } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ProxyServer } from "./proxy-server.ts";

type OnSocket = (error: Error | null, socket: Duplex) => void;

/**
 * An agent that goes to addresses of `protocol` through the proxy: by a tunnel for what is encrypted and for WebSockets,
 * with the whole address in the request for plain HTTP. It fails with `ProxyFailed` as long as there is no way, and no
 * request has left before there is one.
 * @param proxy its address, with user name and password where it wants them
 */
export function proxyAgent(proxy: string, protocol: string, options: AgentOptions = {}): HttpAgent {
  switch (protocol) {
    case "https:":
    case "wss:":
      return new SecureTunnelAgent(proxy, options);
    case "ws:":
      return new TunnelAgent(proxy, options);
    default:
      return new ForwardingAgent(proxy, options);
  }
}

class SecureTunnelAgent extends HttpsAgent {
  readonly #proxy: ProxyServer;

  constructor(proxy: string, options: AgentOptions) {
    super(options);
    this.#proxy = new ProxyServer(proxy);
  }

  override createConnection(options: RequestOptions, onSocket?: OnSocket): undefined {
    handOver(this.#proxy.tunnel(options), onSocket, (socket) => {
      // Handed out before TLS begins: who waits for `secureConnect` hears of it, as on a way without a proxy.
      const within: RequestOptions & { readonly socket: Socket } = { ...options, socket };
      return super.createConnection(within) ?? socket;
    });
  }
}

class TunnelAgent extends HttpAgent {
  readonly #proxy: ProxyServer;

  constructor(proxy: string, options: AgentOptions) {
    super(options);
    this.#proxy = new ProxyServer(proxy);
  }

  override createConnection(options: ClientRequestArgs, onSocket?: OnSocket): undefined {
    handOver(this.#proxy.tunnel(options), onSocket);
  }
}

class ForwardingAgent extends HttpAgent {
  readonly #proxy: ProxyServer;

  constructor(proxy: string, options: AgentOptions) {
    // With this Node itself writes the whole address into the request, and the credentials beside it.
    super({ ...options, proxyEnv: { HTTP_PROXY: proxy } });
    this.#proxy = new ProxyServer(proxy);
  }

  override createConnection(_options: ClientRequestArgs, onSocket?: OnSocket): undefined {
    handOver(this.#proxy.connect(), onSocket);
  }
}

function handOver(way: Promise<Socket>, onSocket?: OnSocket, dressed = (socket: Socket): Duplex => socket): void {
  way.then(
    (socket) => onSocket?.(null, dressed(socket)),
    // The types want a socket beside an error, of which there is none.
    (error: Error) => (onSocket as ((error: Error) => void) | undefined)?.(error),
  );
}
