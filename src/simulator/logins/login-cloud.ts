import { systemClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import { systemRandom } from "../../random.ts";
import type { Random } from "../../random.ts";
import { CallCounters } from "../call-counters.ts";
import type { CallRecord } from "../call-counters.ts";
import type { Call, Reply } from "../call.ts";
import { operationsHttp } from "../control/operations-http.ts";
import { EndpointRouter } from "../endpoint-router.ts";
import type { PlacedEndpoint } from "../endpoint-router.ts";
import { serveCloud } from "../cloud-server.ts";
import { Faults, faultShape } from "../faults/fault.ts";
import type { Fault } from "../faults/fault.ts";
import { read } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";
import { IssuedTokens } from "./issued-tokens.ts";

/** What all clouds with a login can be told. */
export interface LoginCloudSettings {
  readonly token_life_s: number;
  /** How far the Date header is ahead of the clock. */
  readonly clock_skew_ms: number;
  /** Every connection is dropped without an answer. */
  readonly outage: boolean;
}

export interface LoginCloudOptions<Settings> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly settings?: Partial<Settings>;
  readonly onError?: (error: unknown) => void;
}

/** What a kind of cloud answers. */
export interface LoginCloudKind<Settings> {
  readonly defaults: Settings;
  readonly shape: Shape<Settings>;
  /** By path; undefined for one that is not there. */
  readonly endpoint: (path: string, parts: EndpointParts<Settings>) => PlacedEndpoint | undefined;
}

export interface EndpointParts<Settings> {
  readonly clock: Clock;
  readonly tokens: IssuedTokens;
  readonly settings: () => Settings;
}

const FAULT_SHAPE = faultShape("login", "data");

/** A simulated cloud with a login: its endpoints, and the control to change it while it runs. */
export class LoginCloud<Settings extends LoginCloudSettings> {
  readonly faults = new Faults();
  readonly counters = new CallCounters();
  readonly tokens: IssuedTokens;
  readonly clock: Clock;
  readonly #kind: LoginCloudKind<Settings>;
  readonly #start: Settings;
  #settings: Settings;

  constructor(kind: LoginCloudKind<Settings>, options: LoginCloudOptions<Settings> = {}) {
    const { clock = systemClock, random = systemRandom } = options;
    this.#kind = kind;
    this.#start = { ...kind.defaults, ...options.settings };
    this.#settings = this.#start;
    this.clock = clock;
    this.tokens = new IssuedTokens(clock, random);
  }

  readonly settings = (): Settings => this.#settings;

  /** By path. */
  readonly endpoints = {
    get: (path: string): PlacedEndpoint | undefined => {
      const { clock, tokens, settings } = this;
      return this.#kind.endpoint(path, { clock, tokens, settings });
    },
  };

  /** The latest calls, oldest first. */
  calls(): CallRecord[] {
    return this.counters.calls();
  }

  /** Changes some settings, until they are changed again. */
  set(change: Partial<Settings>): Settings {
    this.#settings = { ...this.#settings, ...change };
    return this.#settings;
  }

  fault(fault: Fault): Fault[] {
    this.faults.queue(fault);
    return this.faults.list();
  }

  /** As it was at the start; tokens live on. */
  reset(): void {
    this.#settings = this.#start;
    this.faults.clear();
    this.counters.clear();
  }

  /** `GET` settings, faults, calls; `POST` set, fault, clearFaults, expire, reset. */
  controlHttp(): (call: Call) => Reply {
    return operationsHttp(
      { settings: () => this.#settings, faults: () => this.faults.list(), calls: () => this.calls() },
      {
        set: (input) => this.set(read<Partial<Settings>>(this.#kind.shape, input)),
        fault: (input) => this.fault(read(FAULT_SHAPE, input, ["where", "kind"])),
        clearFaults: () => this.faults.clear(),
        expire: () => this.tokens.expire(),
        reset: () => this.reset(),
      },
    );
  }
}

export interface RunningLoginCloud<Settings extends LoginCloudSettings> {
  readonly url: string;
  readonly cloud: LoginCloud<Settings>;
  /** Drops all connections. */
  close(): Promise<void>;
}

/** @throws Problem `port_unusable` */
export async function startLoginCloud<Settings extends LoginCloudSettings>(
  kind: LoginCloudKind<Settings>,
  options: LoginCloudOptions<Settings> = {},
): Promise<RunningLoginCloud<Settings>> {
  const cloud = new LoginCloud(kind, options);
  const { clock, faults, counters, settings, endpoints } = cloud;
  const closing = new AbortController();
  const router = new EndpointRouter({
    clock,
    faults,
    counters,
    settings,
    endpoints,
    control: cloud.controlHttp(),
    closing: closing.signal,
  });
  const server = await serveCloud(router, options);
  return {
    url: server.url,
    cloud,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}
