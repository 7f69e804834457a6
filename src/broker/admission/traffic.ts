import type { Clock } from "../../clock.ts";
import type { Client } from "../../keeper/clients/client.ts";
import { Refusal } from "../refusal.ts";

const MOST_OF_CLIENT = 64;
const MOST_TOGETHER = 128;

interface Flow {
  /** How many requests it may send now; less than one: none. */
  allowance: number;
  /** Monotonic ms of the latest reckoning. */
  at: number;
  underWay: number;
}

/** How much each client may ask: a rate (a minute's worth at once at most), and so many requests under way. */
export class Traffic {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #flows = new Map<string, Flow>();
  #underWay = 0;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Lets a request through; call what it returns once, when it has been answered. @throws Refusal `rate_limited`, `broker_busy` */
  enter({ id, name, requests_per_minute: rate }: Client): () => void {
    const now = this.#clock.monotonic();
    const flow = this.#flows.get(id) ?? { allowance: rate, at: now, underWay: 0 };
    flow.allowance = Math.min(rate, flow.allowance + ((now - flow.at) * rate) / 60_000);
    flow.at = now;
    this.#flows.set(id, flow);
    if (flow.allowance < 1) {
      throw new Refusal("rate_limited", `${name} may send ${rate} requests per minute, and has sent more.`, {
        retry_after_s: Math.max(1, Math.ceil(((1 - flow.allowance) * 60) / rate)),
      });
    }
    if (flow.underWay >= MOST_OF_CLIENT || this.#underWay >= MOST_TOGETHER) {
      throw new Refusal("broker_busy", "Too many requests are under way: try again in a moment.", { retry_after_s: 1 });
    }
    flow.allowance -= 1;
    flow.underWay += 1;
    this.#underWay += 1;
    return () => {
      flow.underWay -= 1;
      this.#underWay -= 1;
    };
  }

  /** The client is revoked. */
  forget(client_id: string): void {
    this.#flows.delete(client_id);
  }
}
