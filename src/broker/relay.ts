import type { Clock } from "../clock.ts";
import type { Client } from "../keeper/clients/client.ts";
import type { CloudAnswer } from "./cloud-answer.ts";
import { KeptAnswers } from "./kept-answers.ts";
import { Refusal } from "./refusal.ts";
import { holdsError, isTokenRefused } from "./upstream/exchange.ts";
import type { CloudErrand, Exchange } from "./upstream/exchange.ts";

export interface Errand extends CloudErrand {
  readonly client: Client;
  /** False: no answer is to stand in later, or now. */
  readonly mayStandIn: () => boolean;
}

/** How the answer came about, as RFC 9211 tells it. */
export interface RelayedAnswer {
  readonly answer: CloudAnswer;
  readonly cacheStatus: string;
  /** Of an earlier answer that stands in. */
  readonly ageS: number | null;
}

/** What was asked of clouds for clients since the gateway was started. */
export interface Fetches {
  readonly total: number;
  readonly failed: number;
  /** Epoch ms. */
  readonly last_success_at: number | null;
}

export interface RelayParts {
  /** Called once a cloud has been asked. */
  readonly onFetch?: (ok: boolean) => void;
  readonly exchange: Pick<Exchange, "run">;
  readonly clock: Clock;
  readonly limitMs?: number;
}

const CACHE = "utec-gateway";
/** From the whole request to the whole answer, a refresh and a second attempt included. */
const LIMIT_MS = 30_000;
/** With one of these an answer is another one than without. */
const CONDITIONS = /^(if-.*|range|cache-control|pragma)$/;

/**
 * Gets answers for clients. Identical reads under way are one request, and an earlier good answer stands in while the
 * cloud fails.
 */
export class Relay {
  readonly kept: KeptAnswers;
  readonly #parts: RelayParts;
  readonly #underWay = new Map<string, Promise<CloudAnswer>>();

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.kept = new KeptAnswers(parts.clock);
  }

  /** @throws Refusal where the cloud gives no answer and none is kept */
  async answer(errand: Errand): Promise<RelayedAnswer> {
    const key = keyOf(errand);
    if (key === null) {
      const why = errand.method === "GET" ? "bypass" : "method";
      return { answer: await this.#send(errand), cacheStatus: `${CACHE}; fwd=${why}`, ageS: null };
    }
    const joined = this.#underWay.get(key);
    try {
      const answer = await (joined ?? this.#read(key, errand));
      const standIn = hasFailed(answer) ? this.#standIn(key, errand, `status_${answer.status}`) : null;
      return standIn ?? { answer, cacheStatus: `${CACHE}; fwd=uri-miss${joined ? "; collapsed" : ""}`, ageS: null };
    } catch (error) {
      const standIn = error instanceof Refusal ? this.#standIn(key, errand, error.code) : null;
      if (standIn === null) throw error;
      return standIn;
    }
  }

  #read(key: string, errand: Errand): Promise<CloudAnswer> {
    const reading = this.#send(errand).then((answer) => {
      const { client, api, mayStandIn } = errand;
      const good = !isTokenRefused(answer, api) && !holdsError(answer, api);
      if (good && answer.status < 300 && api.keptMs > 0 && mayStandIn()) {
        this.kept.keep(key, client.id, answer);
      }
      return answer;
    });
    this.#underWay.set(key, reading);
    const end = (): boolean => this.#underWay.delete(key);
    reading.then(end, end);
    return reading;
  }

  async #send(errand: Errand): Promise<CloudAnswer> {
    const { clock, exchange, limitMs = LIMIT_MS, onFetch } = this.#parts;
    const limit = new AbortController();
    const cancel = clock.after(limitMs, () =>
      limit.abort(new Refusal("cloud_timeout", `${errand.url.host} did not answer within ${limitMs / 1000} s.`)),
    );
    let ok = false;
    try {
      const answer = await exchange.run(errand, limit.signal);
      ok = !hasFailed(answer);
      return answer;
    } finally {
      cancel();
      onFetch?.(ok);
    }
  }

  #standIn(key: string, { api, mayStandIn }: Errand, detail: string): RelayedAnswer | null {
    const kept = mayStandIn() ? this.kept.find(key, api.keptMs) : null;
    if (kept === null) return null;
    const ageS = Math.floor(kept.ageMs / 1000);
    return { answer: kept.answer, cacheStatus: `${CACHE}; hit; ttl=-${ageS}; detail=${detail}`, ageS };
  }
}

/** As RFC 5861 has it of answers that may be replaced by older ones; and a cloud that wants no more requests. */
function hasFailed({ status }: CloudAnswer): boolean {
  return status >= 500 || status === 429;
}

/** Two requests with the same key get the same answer; null for what is no plain read. */
function keyOf({ method, url, body, headers, client, account_id }: Errand): string | null {
  if (method !== "GET" || body !== null || headers.some(([name]) => CONDITIONS.test(name))) return null;
  const said = headers.filter(([name]) => name !== "user-agent").map((header) => header.join(": "));
  return [client.id, account_id, url.href, ...said.sort()].join("\n");
}
