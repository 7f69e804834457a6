import { createServer } from "node:http";
import type { Server } from "node:http";
import { Problem } from "../problem.ts";
import type { EndpointRouter } from "./endpoint-router.ts";

export interface CloudServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Gets unexpected errors: a bug in the simulator, or a full disk. Default: an unhandled rejection. */
  readonly onError?: (error: unknown) => void;
}

export interface CloudServer {
  readonly url: string;
  /** Drops all connections. */
  close(): Promise<void>;
}

/**
 * Serves a simulated cloud over HTTP.
 * @throws Problem `port_unusable`
 */
export async function serveCloud(router: EndpointRouter, options: CloudServerOptions = {}): Promise<CloudServer> {
  const { host = "127.0.0.1", port = 0, onError } = options;
  const server = createServer((request, response) => {
    router.serve(request, response).catch((error: unknown) => {
      router.fail(response);
      if (onError === undefined) throw error;
      onError(error);
    });
  });
  const url = await listen(server, host, port);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws Problem `port_unusable` */
function listen(server: Server, host: string, port: number): Promise<string> {
  const refusal = (cause?: unknown): Problem =>
    new Problem("port_unusable", `The simulated cloud cannot listen on ${host}:${port}: choose another port.`, {
      field: "port",
      cause,
    });
  return new Promise((resolve, reject) => {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw refusal();
    server.once("error", (error) => reject(refusal(error)));
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${bound}`);
    });
  });
}
