import { request } from "node:http";
import { backoffMs } from "../../backoff.ts";
import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import { isObject, nonEmptyString, parseJson } from "../../json.ts";
import type { Log, Secrets } from "../../log.ts";
import { DOMAIN } from "../messages/messages.ts";

export interface SupervisorOptions {
  /** `http://supervisor` inside an add-on. */
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Between two attempts: from the first, doubling, to the most. */
  readonly retryMs?: { readonly first: number; readonly most: number };
  /** How long an answer may take. */
  readonly timeoutMs?: number;
}

const USUAL_RETRY_MS = { first: 5_000, most: 5 * 60_000 };
const USUAL_TIMEOUT_MS = 10_000;
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** The Supervisor answered, and did not do what it was asked. */
class SupervisorRefusal extends Error {
  override readonly name = "SupervisorRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How the Supervisor answers for an announcement that it does not have. */
const UNKNOWN: ReadonlySet<number> = new Set([400, 404]);

/**
 * The part of the Supervisor's API that an add-on without special rights may use: announces the gateway, so that Home
 * Assistant offers to set it up, and gets the add-on's own slug. Source: the Supervisor's developer documentation.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #slug: string | null = null;
  /** The Supervisor's id of the announcement; null where it has none of ours. */
  #announcement: string | null = null;

  constructor(options: SupervisorOptions) {
    options.secrets.add(options.token);
    this.#options = options;
    this.#log = options.log.part("supervisor");
  }

  /** The add-on's full slug, under which Home Assistant shows its page; null until the Supervisor has sent it. */
  get slug(): string | null {
    return this.#slug;
  }

  /**
   * Gets the slug and announces the gateway, retrying until both succeed. The Supervisor keeps one announcement per
   * add-on: repeating it is harmless. Resolves when both are done or the gateway stops; never rejects.
   */
  async start(gateway_id: string): Promise<void> {
    await Promise.all([
      this.#untilDone("ask for the add-on's own name", async () => {
        const info = await this.#call("GET", "/addons/self/info");
        this.#slug = isObject(info) ? nonEmptyString(info["slug"]) : null;
      }),
      this.#untilDone("announce the gateway to Home Assistant", () => this.#announce(gateway_id)),
    ]);
  }

  /**
   * Withdraws the announcement and makes it anew. Home Assistant refuses one of an integration that it does not have
   * yet, and the Supervisor hands an equal one on only once; so it is missing where the integration came later, and
   * where its entry was deleted. Resolves when it is done or the gateway stops; never rejects.
   */
  async announceAgain(gateway_id: string): Promise<void> {
    await this.#untilDone("announce the gateway to Home Assistant again", async () => {
      if (this.#announcement !== null) await this.#withdraw(this.#announcement);
      await this.#announce(gateway_id);
    });
  }

  async #announce(gateway_id: string): Promise<void> {
    const made = await this.#call("POST", "/discovery", { service: DOMAIN, config: { gateway_id } });
    this.#announcement = isObject(made) ? nonEmptyString(made["uuid"]) : null;
  }

  /** One that the Supervisor does not have any more counts as withdrawn; whatever else goes wrong, it is tried again. */
  async #withdraw(uuid: string): Promise<void> {
    try {
      await this.#call("DELETE", `/discovery/${encodeURIComponent(uuid)}`);
    } catch (error) {
      if (!(error instanceof SupervisorRefusal && UNKNOWN.has(error.status))) throw error;
    }
    this.#announcement = null;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #untilDone(what: string, attempt: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopped;
    const { first: firstMs, most: longestMs } = this.#options.retryMs ?? USUAL_RETRY_MS;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (failures === 1 && !signal.aborted) this.#log.warn(`Could not ${what}: trying again.`, { error });
        const pauseMs = backoffMs({ grows: "doubling", firstMs, longestMs }, failures);
        await sleep(this.#options.clock, pauseMs, signal).catch(() => undefined);
      }
    }
  }

  /** @returns the `data` of the Supervisor's envelope */
  async #call(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const { status, answer } = await this.#exchange(method, path, body === undefined ? "" : JSON.stringify(body));
    const envelope = parseJson(answer);
    if (isObject(envelope) && envelope["result"] === "ok") return envelope["data"];
    const reason = isObject(envelope) ? nonEmptyString(envelope["message"]) : null;
    throw new SupervisorRefusal(
      status,
      `The Supervisor answered ${path} with ${status}: ${reason ?? "no reason given"}`,
    );
  }

  #exchange(method: string, path: string, body: string): Promise<{ status: number; answer: string }> {
    const headers = {
      Authorization: `Bearer ${this.#options.token}`,
      ...(body === "" ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
    };
    const { timeoutMs = USUAL_TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#options.url), { method, headers, signal, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("error", reject).on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > LARGEST_ANSWER_BYTES) call.destroy(new Error("The Supervisor's answer is too large"));
          else chunks.push(chunk);
        });
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString("utf8") });
        });
      });
      call.on("error", reject).end(body);
    });
  }
}
