import { request } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import { isObject, parseJson } from "../../../../src/json.ts";

export interface CoreAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Home Assistant as the Supervisor reaches it: over a unix socket on which whoever connects is the Supervisor's user
 * and signs in to nothing (core 2026.11).
 */
export class CoreApi {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** True while Home Assistant says that it runs; what goes through the Supervisor is a 502 before and after. */
  async isRunning(): Promise<boolean> {
    const answer = await this.call("GET", "/api/core/state").catch(() => null);
    const state = answer?.status === 200 ? parseJson(answer.body) : null;
    return isObject(state) && state["state"] === "RUNNING";
  }

  /** @throws Error where nobody listens */
  call(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CoreAnswer> {
    return new Promise((resolve, reject) => {
      const sent = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const call = request(
        { socketPath: this.#socketPath, method, path, headers: { host: "core", ...headers, ...sent }, agent: false },
        (response: IncomingMessage) => {
          text(response).then(
            (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
            reject,
          );
        },
      );
      call.on("error", reject).end(body);
    });
  }

  openSocket(): WebSocket {
    return new WebSocket(`ws+unix://${this.#socketPath}:/api/websocket`, { perMessageDeflate: false });
  }

  /** One question over a WebSocket of its own. @throws Error where it is refused or nobody listens */
  ask(message: Readonly<Record<string, unknown>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = this.openSocket();
      const end = (act: () => void): void => {
        socket.terminate();
        act();
      };
      socket.on("error", (error) => end(() => reject(error)));
      socket.on("close", () => reject(new Error("Home Assistant closed the socket.")));
      socket.on("message", (data: Buffer) => {
        const answer = parseJson(data.toString());
        if (!isObject(answer)) return;
        if (answer["type"] === "auth_ok") socket.send(JSON.stringify({ ...message, id: 1 }));
        if (answer["type"] !== "result") return;
        end(() =>
          answer["success"] === true ? resolve(answer["result"]) : reject(new Error(JSON.stringify(answer["error"]))),
        );
      });
    });
  }
}
