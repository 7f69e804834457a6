import type { JsonObject } from "../../../src/json.ts";
import { commandDevices, discoverDevices, queryDevices } from "../../../src/simulator/devices/device-actions.ts";
import { CallCounters } from "../../../src/simulator/call-counters.ts";
import type { DeviceDefinition } from "../../../src/simulator/devices/device-model.ts";
import { Home } from "../../../src/simulator/devices/home.ts";
import { DEFAULT_SETTINGS } from "../../../src/simulator/settings/cloud-settings.ts";
import type { CloudSettings } from "../../../src/simulator/settings/cloud-settings.ts";
import { TransportError } from "../../../src/utec/cloud/transport.ts";
import type { Transport, TransportAnswer, TransportRequest } from "../../../src/utec/cloud/transport.ts";
import type { ManualClock } from "../../clock.ts";

/**
 * What can befall one request. `*_after`: the cloud has done its part, and only the answer suffers; `acts_late`: it does
 * it when the gateway has long stopped waiting.
 */
export const CALL_FAULTS = [
  "unreachable",
  "lost_before",
  "lost_after",
  "silent_before",
  "silent_after",
  "acts_late",
  "slow",
  "invalid_token",
  "empty_400",
  "http_500",
  "http_500_after",
  "html",
  "html_after",
  "nothing_said",
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

export type ActionName = "Discovery" | "Query" | "Command";

/** One request as it reached the cloud. */
export interface Arrival {
  readonly action: ActionName;
  readonly account_id: string;
  readonly payload: JsonObject;
}

/** Told of every request and of every answer that reaches the gateway, in their order. */
export interface Witness {
  readonly onAsked: (arrival: Arrival) => void;
  readonly onActed: (arrival: Arrival, payload: unknown) => void;
  readonly onTokenRefused: (arrival: Arrival) => void;
  readonly onAnswered: (arrival: Arrival, payload: unknown) => void;
}

export interface LockCloudOptions {
  readonly clock: ManualClock;
  readonly devices: readonly DeviceDefinition[];
  readonly witness: Witness;
}

/** How one request may be answered; only the first counts. */
interface Reply {
  readonly answer: (said: TransportAnswer) => void;
  /** An answer that says something of devices. */
  readonly say: (payload: unknown) => void;
  readonly fail: (error: TransportError) => void;
}

const TIMEOUT_MS = 20_000;
const SLOW_MS = 12_000;
const LATE_MS = 26_000;

/** The way of one gateway to the cloud; when it is cut, because the gateway died, nothing more gets through. */
export interface Way extends Pick<Transport, "post"> {
  cut(): void;
}

/** The simulated cloud's own devices behind a way there and back that has faults, without a network. */
export class LockCloud {
  readonly home: Home;
  readonly faults: Record<ActionName, CallFault[]> = { Discovery: [], Query: [], Command: [] };
  settings: CloudSettings = { ...DEFAULT_SETTINGS };
  /** There and back, together. */
  latencyMs = 0;
  /** Nobody gets through. */
  outage = false;
  readonly #clock: ManualClock;
  readonly #witness: Witness;
  readonly #counters = new CallCounters();

  constructor({ clock, devices, witness }: LockCloudOptions) {
    this.#clock = clock;
    this.#witness = witness;
    this.home = new Home(devices, { clock, settings: () => this.settings });
  }

  connect(): Way {
    const died = new AbortController();
    return {
      post: (_url, request) =>
        died.signal.aborted ? new Promise(() => undefined) : this.#post(request, () => !died.signal.aborted),
      cut: () => died.abort(),
    };
  }

  #post({ body, headers, signal }: TransportRequest, isAlive: () => boolean): Promise<TransportAnswer> {
    if (signal?.aborted) return Promise.reject(new TransportError("aborted", false, "Given up before it was sent."));
    const { header, payload } = JSON.parse(body) as { header: { name: ActionName }; payload: JsonObject };
    const [, account_id = ""] = /^Bearer (.*)-token-\d+$/.exec(headers["authorization"] ?? "") ?? [];
    const arrival: Arrival = { action: header.name, account_id, payload };
    this.#witness.onAsked(arrival);
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (): boolean => {
        if (isOver || !isAlive()) return false;
        isOver = true;
        cancel();
        signal?.removeEventListener("abort", onAbort);
        return true;
      };
      const fail = (error: TransportError): void => {
        if (end()) reject(error);
      };
      const onAbort = (): void => fail(new TransportError("aborted", true, "Given up."));
      signal?.addEventListener("abort", onAbort, { once: true });
      const cancel = this.#clock.after(TIMEOUT_MS, () => fail(new TransportError("timeout", true, "No answer.")));
      void this.#serve(arrival, {
        fail,
        answer: (said) => {
          if (end()) resolve(said);
        },
        say: (payload) => {
          if (!end()) return;
          this.#witness.onAnswered(arrival, payload);
          resolve(page(200, JSON.stringify({ payload })));
        },
      });
    });
  }

  async #serve(arrival: Arrival, { answer, fail, say }: Reply): Promise<void> {
    const fault = this.outage ? "unreachable" : this.faults[arrival.action].shift();
    const lost = (mayHaveActed: boolean): void =>
      fail(new TransportError(mayHaveActed ? "lost" : "unreachable", mayHaveActed, "The connection broke."));
    if (fault === "unreachable") return lost(false);
    await this.#pause(fault === "acts_late" ? LATE_MS : this.latencyMs / 2);
    switch (fault) {
      case "lost_before":
        return lost(true);
      case "lost_after":
        this.#act(arrival);
        return lost(true);
      case "silent_before":
        return;
      case "silent_after":
      case "acts_late":
        this.#act(arrival);
        return;
      case "invalid_token":
        this.#witness.onTokenRefused(arrival);
        return answer(page(200, JSON.stringify({ payload: { error: { code: "INVALID_TOKEN", message: "Over." } } })));
      case "empty_400":
        return answer(page(400, ""));
      case "http_500":
        return answer(page(500, '{"message":"Internal server error"}'));
      case "http_500_after":
        this.#act(arrival);
        return answer(page(500, '{"message":"Internal server error"}'));
      case "html":
        return answer(page(200, "<html>Maintenance</html>"));
      case "html_after":
        this.#act(arrival);
        return answer(page(502, "<html>Bad gateway</html>"));
      case "nothing_said":
        this.#act(arrival);
        return say({ devices: [] });
      case "slow":
      case undefined: {
        const payload = this.#act(arrival);
        await this.#pause(fault === "slow" ? SLOW_MS : this.latencyMs / 2);
        return say(payload);
      }
    }
  }

  /** The cloud does what it is asked, and its devices with it. */
  #act(arrival: Arrival): unknown {
    const { action, account_id, payload } = arrival;
    const parts = { home: this.home, counters: this.#counters, settings: () => this.settings };
    const acts = { Discovery: discoverDevices, Query: queryDevices, Command: commandDevices };
    const said = action === "Discovery" ? acts.Discovery(account_id, parts) : acts[action](payload, account_id, parts);
    this.#witness.onActed(arrival, said);
    return said;
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => void this.#clock.after(ms, resolve));
  }
}

function page(status: number, body: string): TransportAnswer {
  return { status, headers: {}, body };
}
