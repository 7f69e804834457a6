import { request } from "node:http";
import type { OutgoingHttpHeaders } from "node:http";
import { connect, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { systemClock } from "../clock.ts";
import { ProxyFailed, refused, unreachable } from "./proxy-failed.ts";
import { proxyName } from "./proxy.ts";

/** What Node's agents know of the address that a socket is wanted for. */
export interface Target {
  readonly host?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}

type Step = (done: (socket: Socket) => void, failed: (error: Error) => void) => void;

/** For each step: no longer than a call, so that one that was given up meanwhile leaves nothing behind. */
const STEP_LIMIT_MS = 20_000;

/** A forward proxy, and the two ways through it. */
export class ProxyServer {
  readonly #url: URL;
  readonly #name: string;

  readonly #stepLimitMs: number;

  /** @param address with user name and password, where it wants them */
  constructor(address: string, stepLimitMs = STEP_LIMIT_MS) {
    this.#stepLimitMs = stepLimitMs;
    this.#url = new URL(address);
    this.#name = proxyName(address);
  }

  /** A socket to the proxy itself, secured where it is spoken to by TLS. @throws ProxyFailed */
  connect(): Promise<Socket> {
    const { protocol, hostname, port } = this.#url;
    const isSecure = protocol === "https:";
    const host = hostname.replace(/^\[|\]$/g, "");
    // Without a limit of its own for each address, for which `patient-connections.ts` has set one.
    const at = { host, port: Number(port || (isSecure ? 443 : 80)) };
    const socket = isSecure ? connectTls({ ...at, servername: isIP(host) === 0 ? host : "" }) : connect(at);
    return this.#within(socket, (done, failed) => {
      socket.once("error", failed).once(isSecure ? "secureConnect" : "connect", () => {
        socket.off("error", failed);
        done(socket);
      });
    });
  }

  /** A socket that leads to `target` (RFC 9110, 9.3.6). @throws ProxyFailed */
  async tunnel({ host, port }: Target): Promise<Socket> {
    const socket = await this.connect();
    const target = `${isIP(host ?? "") === 6 ? `[${host}]` : host}:${port}`;
    const credentials = this.#credentials();
    const headers: OutgoingHttpHeaders = {
      host: target,
      connection: "keep-alive",
      ...(credentials === null ? {} : { "proxy-authorization": credentials }),
    };
    return this.#within(socket, (done, failed) => {
      const call = request({ method: "CONNECT", path: target, headers, createConnection: () => socket });
      call.on("error", failed);
      call.once("connect", ({ statusCode = 0 }, _socket, head: Buffer) => {
        if (statusCode < 200 || statusCode > 299) {
          failed(refused(this.#name, target, statusCode, credentials !== null));
          return;
        }
        if (head.length > 0) socket.unshift(head);
        done(socket);
      });
      call.end();
    });
  }

  /** Ends a step in time, and the socket with it where it fails. */
  #within(socket: Socket, step: Step): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => {
        cancelLimit();
        // What else goes wrong with it is of no interest, and would end the process.
        socket.on("error", () => {}).destroy();
        reject(error instanceof ProxyFailed ? error : unreachable(this.#name, error));
      };
      const cancelLimit = systemClock.after(this.#stepLimitMs, () =>
        failed(Object.assign(new Error("It took too long."), { code: "ETIMEDOUT" })),
      );
      step((way) => {
        cancelLimit();
        resolve(way);
      }, failed);
    });
  }

  #credentials(): string | null {
    const { username, password } = this.#url;
    if (username === "" && password === "") return null;
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
  }
}
