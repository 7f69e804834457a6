import type { IncomingMessage, ServerResponse } from "node:http";
import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { htmlReply, jsonReply, readCall } from "./call.ts";
import type { Call, Endpoint, OpenedCall, Reply } from "./call.ts";
import type { CallCounters } from "./call-counters.ts";
import { replyPlan } from "./faults/reply-plan.ts";
import type { ReplyPlan } from "./faults/reply-plan.ts";
import type { Fault, FaultPlace, Faults } from "./faults/fault.ts";
import type { CloudSettings } from "./settings/cloud-settings.ts";

/** What of a cloud's settings concerns all its endpoints. */
type RouterSettings = Pick<CloudSettings, "outage" | "clock_skew_ms">;

export interface PlacedEndpoint {
  readonly where: FaultPlace;
  readonly endpoint: Endpoint;
}

export interface EndpointRouterParts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly counters: Pick<CallCounters, "call" | "beginFlight">;
  readonly settings: () => RouterSettings;
  /** By path. */
  readonly endpoints: Pick<ReadonlyMap<string, PlacedEndpoint>, "get">;
  /** Answers everything under `/control/`, whatever state the cloud is in. */
  readonly control: (call: Call) => Reply;
  /** Aborts when the cloud closes. */
  readonly closing: AbortSignal;
}

const CONTROL_PATH = "/control/";
const DRIP_MS = 1000;

/** Finds the endpoint of each call, applies a queued fault, and counts. */
export class EndpointRouter {
  readonly #parts: EndpointRouterParts;

  constructor(parts: EndpointRouterParts) {
    this.#parts = parts;
  }

  /** Resolves when the answer has been sent, or when there certainly will be none. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (call === null) return;
    if (call.path.startsWith(CONTROL_PATH)) {
      this.#send(response, this.#parts.control(call));
      return;
    }
    const place = this.#parts.endpoints.get(call.path);
    if (place === undefined) this.#send(response, jsonReply(404, { message: "Not Found" }, "not_found"));
    else await this.#pass(place.where, place.endpoint(call), response);
  }

  /** After an unexpected error: the caller learns as little as the real cloud would say. */
  fail(response: ServerResponse): void {
    if (response.headersSent) response.destroy();
    else this.#send(response, htmlReply(500, "<h1>Internal Server Error</h1>", "internal"));
  }

  /** Answers a call, unless a fault comes in between. */
  async #pass(where: FaultPlace, opened: OpenedCall, response: ServerResponse): Promise<void> {
    if (opened.flight !== null) response.once("close", this.#parts.counters.beginFlight(opened.flight));
    const fault = this.#faultOf(where, opened);
    const plan = replyPlan(fault);
    const delayMs = fault?.delay_ms ?? 0;
    const [beforeMs, afterMs] = plan.waitsFirst === true ? [delayMs, 0] : [0, delayMs];
    if (!(await this.#pause(beforeMs))) return;
    const reply = plan.reply?.(opened) ?? null;
    this.#parts.counters.call({
      at: this.#parts.clock.now(),
      where,
      name: opened.name,
      outcome: reply?.outcome ?? fault?.kind ?? "none",
      fault: fault?.kind ?? null,
    });
    if (!(await this.#pause(afterMs))) return;
    await this.#deliver(response, reply, plan.delivery);
  }

  #faultOf(where: FaultPlace, opened: OpenedCall): Fault | null {
    if (this.#parts.settings().outage) return { where, kind: "lost_before" };
    return this.#parts.faults.take(where, opened.name);
  }

  async #deliver(response: ServerResponse, reply: Reply | null, delivery: ReplyPlan["delivery"]): Promise<void> {
    if (delivery === "never") return;
    if (delivery === "dropped" || reply === null) {
      response.destroy();
    } else if (delivery === "half") {
      this.#head(response, reply);
      response.write(reply.body.slice(0, Math.ceil(reply.body.length / 2)), () => response.destroy());
    } else if (delivery === "drip") {
      await this.#drip(response, reply);
    } else {
      this.#send(response, reply);
    }
  }

  #send(response: ServerResponse, reply: Reply): void {
    if (response.destroyed) return;
    this.#head(response, reply);
    response.end(reply.body);
  }

  #head(response: ServerResponse, reply: Reply): void {
    response.sendDate = false;
    response.writeHead(reply.status, {
      ...reply.headers,
      date: new Date(this.#parts.clock.now() + this.#parts.settings().clock_skew_ms).toUTCString(),
      "content-length": Buffer.byteLength(reply.body),
    });
  }

  /** Sends a byte at a time; the last byte never comes. */
  async #drip(response: ServerResponse, reply: Reply): Promise<void> {
    this.#head(response, reply);
    for (const byte of Buffer.from(reply.body).subarray(0, -1)) {
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
      if (!(await this.#pause(DRIP_MS))) return;
    }
  }

  /** False when the cloud closed meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    if (ms === 0) return true;
    try {
      await sleep(this.#parts.clock, ms, this.#parts.closing);
      return true;
    } catch {
      return false;
    }
  }
}
