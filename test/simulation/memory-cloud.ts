import { sleep } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import type { AccessToken, TokenSource } from "../../src/keeper/account.ts";
import type { Random } from "../../src/random.ts";
import { actionEndpoint } from "../../src/simulator/action-endpoint.ts";
import type { Endpoint } from "../../src/simulator/call.ts";
import { Control } from "../../src/simulator/control/control.ts";
import { CallCounters } from "../../src/simulator/call-counters.ts";
import { replyPlan } from "../../src/simulator/faults/reply-plan.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import type { ManyHomes } from "../../src/simulator/devices/many-homes.ts";
import { Faults } from "../../src/simulator/faults/fault.ts";
import { Grants } from "../../src/simulator/oauth/grants.ts";
import { Home } from "../../src/simulator/devices/home.ts";
import { Notifications } from "../../src/simulator/notifications.ts";
import { People } from "../../src/simulator/oauth/people.ts";
import { DEFAULT_SETTINGS } from "../../src/simulator/settings/cloud-settings.ts";
import type { CloudSettings } from "../../src/simulator/settings/cloud-settings.ts";
import { Transport, TransportError } from "../../src/utec/cloud/transport.ts";
import type { TransportAnswer, TransportRequest } from "../../src/utec/cloud/transport.ts";

export interface MemoryCloudOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly homes: ManyHomes;
  readonly settings?: Partial<CloudSettings>;
}

const TIMEOUT_MS = 20_000;

/** The simulated cloud's actions without a network, so that a day of them passes in a second. */
export class MemoryCloud {
  readonly control: Control;
  readonly tokens: TokenSource;
  readonly transport: Transport;
  readonly #home: Home;
  readonly #counters = new CallCounters();

  constructor({ clock, random, homes, settings: given }: MemoryCloudOptions) {
    let current: CloudSettings = { ...DEFAULT_SETTINGS, custom_data_required: true, ...given };
    const settings = (): CloudSettings => current;
    const counters = this.#counters;
    const people = new People([DEMO.client], homes.users);
    const grants = new Grants({ clock, random, store: null, counters, settings });
    const faults = new Faults();
    this.#home = new Home(homes.devices, { clock, settings });
    const parts = { people, grants, home: this.#home, notifications: new Notifications(), counters, settings };
    this.control = new Control({
      ...parts,
      faults,
      setSettings: (next) => (current = next),
      start: { settings: current, devices: homes.devices },
    });
    this.tokens = new MemoryTokens(grants);
    this.transport = new MemoryTransport({
      clock,
      random,
      faults,
      counters,
      settings,
      endpoint: actionEndpoint(parts),
    });
  }

  /** The most calls of an account that were under way at once, by action. */
  get atOnce(): ReadonlyMap<string, number> {
    return (this.transport as MemoryTransport).atOnce;
  }

  /** Forgets what it has seen, which grows with each call. */
  forget(): void {
    this.#counters.clear();
  }

  /** Nothing that is under way at the devices will happen any more. */
  close(): void {
    this.#home.close();
  }
}

/** A keeper at its smallest: an account is a user, its tokens are renewed when the cloud refuses them. */
class MemoryTokens implements TokenSource {
  readonly #grants: Grants;
  readonly #held = new Map<
    string,
    { readonly access: string; readonly refresh: string; readonly generation: number }
  >();

  constructor(grants: Grants) {
    this.#grants = grants;
  }

  getToken(accountId: string): Promise<AccessToken> {
    const held = this.#held.get(accountId) ?? this.#signIn(accountId);
    return Promise.resolve({ value: held.access, generation: held.generation, expires_at: null });
  }

  invalidate(accountId: string, generation: number): Promise<AccessToken> {
    const held = this.#held.get(accountId);
    if (held?.generation === generation) {
      const pair = this.#grants.refresh(held.refresh, DEMO.client.client_id);
      this.#keep(accountId, pair.access_token, pair.refresh_token ?? held.refresh, generation + 1);
    }
    return this.getToken(accountId);
  }

  #signIn(user_id: string): { access: string; generation: number } {
    const { client_id } = DEMO.client;
    const code = this.#grants.issueCode({ client_id, user_id, redirect_uri: "", scope: "openapi" });
    const pair = this.#grants.exchange(code, client_id, null);
    return this.#keep(user_id, pair.access_token, pair.refresh_token ?? "", 1);
  }

  #keep(accountId: string, access: string, refresh: string, generation: number) {
    const held = { access, refresh, generation };
    this.#held.set(accountId, held);
    return held;
  }
}

interface MemoryTransportParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly counters: CallCounters;
  readonly settings: () => CloudSettings;
  readonly endpoint: Endpoint;
}

/** Calls that take 20 to 320 ms, or end as the fault on them wants. */
class MemoryTransport extends Transport {
  readonly atOnce = new Map<string, number>();
  readonly #parts: MemoryTransportParts;
  readonly #underWay = new Map<string, number>();

  constructor(parts: MemoryTransportParts) {
    super({ clock: parts.clock });
    this.#parts = parts;
  }

  override async post(url: URL, request: TransportRequest): Promise<TransportAnswer> {
    const { clock, random, faults, counters, settings, endpoint } = this.#parts;
    const headers = request.headers;
    const opened = endpoint({
      method: "POST",
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: request.body,
    });
    const flight = `${opened.name} ${headers["authorization"] ?? ""}`;
    this.#count(flight, 1);
    try {
      await this.#wait(20 + random.fraction() * 300, request.signal);
      const fault = settings().outage
        ? ({ where: "action", kind: "lost_before" } as const)
        : faults.take("action", opened.name);
      const { reply, delivery } = replyPlan(fault);
      const answer = reply?.(opened) ?? null;
      const outcome = answer?.outcome ?? fault?.kind ?? "none";
      counters.call({ at: clock.now(), where: "action", name: opened.name, outcome, fault: fault?.kind ?? null });
      if (delivery === "never" || delivery === "drip") {
        await this.#wait(TIMEOUT_MS, request.signal);
        throw new TransportError("timeout", true, "No answer in time.");
      }
      if (delivery !== "whole" || answer === null) throw new TransportError("lost", true, "The connection broke.");
      return { status: answer.status, headers: answer.headers, body: answer.body };
    } finally {
      this.#count(flight, -1);
    }
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await sleep(this.#parts.clock, ms, signal);
    } catch {
      throw new TransportError("aborted", true, "The request was given up.");
    }
  }

  #count(flight: string, more: number): void {
    const [name = ""] = flight.split(" ");
    const now = (this.#underWay.get(flight) ?? 0) + more;
    if (now === 0) this.#underWay.delete(flight);
    else this.#underWay.set(flight, now);
    this.atOnce.set(name, Math.max(now, this.atOnce.get(name) ?? 0));
  }
}
