import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { ADDRESS } from "../../../scripts/home-network/addresses.ts";
import { LOOKS_HOSTILE } from "./ingress.ts";
import { routes } from "./routes.ts";
import type { FakeSupervisor } from "./supervisor.ts";

/** The fake Supervisor at its address: API, ingress and the way to Home Assistant, as one server. */
export class SupervisorServer {
  readonly #supervisor: FakeSupervisor;
  readonly #server: Server;

  constructor(supervisor: FakeSupervisor) {
    this.#supervisor = supervisor;
    const api = routes(supervisor);
    this.#server = createServer((request, response) => {
      if (LOOKS_HOSTILE.test(request.url ?? "")) response.writeHead(400).end();
      else if (!this.#ingress(request, response)) api(request, response);
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async start(): Promise<void> {
    this.#server.listen(80, ADDRESS.supervisor);
    await once(this.#server, "listening");
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #ingress(request: IncomingMessage, response: ServerResponse): boolean {
    const way = ingressWay(request.url);
    if (way === null) return false;
    void this.#supervisor.ingress.handle(request, response, way.token, way.path);
    return true;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const way = ingressWay(request.url);
    const { ingress, proxy } = this.#supervisor;
    if (way !== null) ingress.upgrade(request, socket, head, way.token, way.path);
    else if (/^\/(core|homeassistant)\/websocket$/.test(request.url ?? "")) void proxy.upgrade(request, socket, head);
    else socket.destroy();
  }
}

/** `/ingress/TOKEN/PATH?QUERY`; null for the API's own paths. */
function ingressWay(url: string | undefined): { readonly token: string; readonly path: string } | null {
  const [, token = "", path = ""] = /^\/ingress\/([^/]+)\/(.*)$/.exec(url ?? "") ?? [];
  return token === "" ? null : { token, path };
}
