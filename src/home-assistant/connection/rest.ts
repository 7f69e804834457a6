import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { parseJson } from "../../json.ts";
import { proxyAgent } from "../../outgoing/proxy-agent.ts";
import { proxyFor } from "../../outgoing/proxy.ts";
import type { ProxySettings } from "../../outgoing/proxy.ts";
import type { HomeAssistantTarget } from "../../settings/settings.ts";

export interface RestAnswer {
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

/** There was no answer, or none that came to an end. */
export class RestError extends Error {
  override readonly name = "RestError";
}

export interface CoreRestOptions {
  readonly target: HomeAssistantTarget;
  /** Through which a direct target is reached; default: straight. */
  readonly proxies?: ProxySettings | null;
  /** For the whole answer: adding an integration waits until it is set up. */
  readonly timeoutMs?: number;
  /** Aborted when the gateway stops. */
  readonly signal: AbortSignal;
}

const PATHS = { supervisor: "/core/api", direct: "/api" } as const;
const USUAL_TIMEOUT_MS = 60_000;
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Home Assistant's REST API, for the little that its WebSocket API lacks: config flows. Follows no redirect. */
export class CoreRest {
  readonly #options: CoreRestOptions;

  constructor(options: CoreRestOptions) {
    this.#options = options;
  }

  /** @param path below `/api`, beginning with a slash. @throws RestError */
  async send(method: "POST" | "DELETE", path: string, body?: object): Promise<RestAnswer> {
    const { target, proxies, signal, timeoutMs = USUAL_TIMEOUT_MS } = this.#options;
    const text = body === undefined ? "" : JSON.stringify(body);
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const url = restUrl(target, path);
      const proxy = target.kind === "direct" ? proxyFor(proxies, url) : null;
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = url.startsWith("https:") ? httpsRequest : httpRequest;
        const call = request(url, {
          method,
          agent: proxy === null ? false : proxyAgent(proxy, new URL(url).protocol),
          signal: AbortSignal.any([signal, limit]),
          headers: {
            Authorization: `Bearer ${target.token}`,
            "Content-Length": Buffer.byteLength(text),
            ...(text === "" ? {} : { "Content-Type": "application/json" }),
          },
        });
        call.on("error", reject).on("response", resolve).end(text);
      });
      return { status: answer.statusCode ?? 0, body: parseJson(await textOf(answer)) };
    } catch (error) {
      const why = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error);
      throw new RestError(why, { cause: error });
    }
  }
}

/** @throws TypeError for an address that cannot be one */
function restUrl(target: HomeAssistantTarget, path: string): string {
  const url = new URL(target.url.replace(/^ws/i, "http"));
  // The setting may name the WebSocket API itself.
  const base = url.pathname.replace(/\/api\/websocket$/, "").replace(/\/+$/, "");
  return `${url.origin}${base}${PATHS[target.kind]}${path}`;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER_BYTES) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
