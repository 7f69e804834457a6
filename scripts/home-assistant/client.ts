import { HomeAssistantSocket } from "./socket.ts";
import type { Command } from "./socket.ts";

export interface EntityState {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
  readonly last_updated: string;
  readonly context: { readonly id: string; readonly parent_id: string | null; readonly user_id: string | null };
}

export interface ConfigEntry {
  readonly entry_id: string;
  readonly domain: string;
  readonly title: string;
  readonly source: string;
  readonly state: string;
  readonly reason: string | null;
  readonly disabled_by: string | null;
}

export interface FlowStep {
  readonly flow_id: string;
  readonly handler: string;
  readonly type: "form" | "create_entry" | "abort" | "external" | "progress" | "menu";
  readonly step_id?: string;
  readonly reason?: string;
  readonly errors?: Readonly<Record<string, string>> | null;
  readonly result?: ConfigEntry;
}

export interface FlowInProgress {
  readonly flow_id: string;
  readonly handler: string;
  readonly step_id: string;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface RepairIssue {
  readonly domain: string;
  readonly issue_id: string;
  readonly translation_key: string;
  readonly severity: string;
  readonly is_fixable: boolean;
  readonly ignored: boolean;
}

interface StateChanged {
  readonly data: { readonly entity_id: string; readonly new_state: EntityState | null };
}

/** Home Assistant answered a request with an error. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;

  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} was answered ${status}: ${body.slice(0, 300)}`);
    this.status = status;
  }
}

/** What a test or a demo does with Home Assistant: its REST and WebSocket API under names, with types. */
export class HomeAssistantClient {
  readonly url: string;
  readonly #token: string;
  readonly #socket: HomeAssistantSocket;

  private constructor(url: string, token: string, socket: HomeAssistantSocket) {
    this.url = url;
    this.#token = token;
    this.#socket = socket;
  }

  /** @param token an access token, short or long-lived, of an administrator */
  static async connect(url: string, token: string): Promise<HomeAssistantClient> {
    return new HomeAssistantClient(url, token, await HomeAssistantSocket.open(url, token));
  }

  close(): void {
    this.#socket.close();
  }

  /** @throws RequestError */
  async request<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new RequestError(method, path, response.status, text);
    return JSON.parse(text) as T;
  }

  /** A WebSocket command. @throws CommandError */
  ws<T>(command: Command): Promise<T> {
    return this.#socket.command<T>(command);
  }

  /** A WebSocket subscription; returns its end. @throws CommandError */
  subscribe(command: Command, listener: (event: unknown) => void): Promise<() => Promise<void>> {
    return this.#socket.subscribe(command, listener);
  }

  // States and services

  states(): Promise<EntityState[]> {
    return this.ws({ type: "get_states" });
  }

  async state(entityId: string): Promise<EntityState | undefined> {
    return (await this.states()).find((state) => state.entity_id === entityId);
  }

  /** Resolves when the service has done its work. @throws CommandError, with the integration's own message */
  callService(domain: string, service: string, data: object = {}): Promise<unknown> {
    return this.ws({ type: "call_service", domain, service, service_data: data });
  }

  /** What one of our own actions returns. @throws CommandError, with the integration's own message */
  async responseOf<Response>(service: string, data: object = {}): Promise<Response> {
    const call = { type: "call_service", domain: "utec_gateway", service, service_data: data, return_response: true };
    return (await this.ws<{ readonly response: Response }>(call)).response;
  }

  /** Calls `listener` with each new state of an entity, undefined when it is removed; returns the end of it. */
  watchState(entityId: string, listener: (state: EntityState | undefined) => void): Promise<() => Promise<void>> {
    return this.subscribe({ type: "subscribe_events", event_type: "state_changed" }, (event) => {
      const { data } = event as StateChanged;
      if (data.entity_id === entityId) listener(data.new_state ?? undefined);
    });
  }

  /**
   * The entity's state once it fulfils `wanted`: at once, or by the events of its changes.
   *
   * @throws Error with the state last seen when that takes longer than `withinMs`, or when the connection ends
   */
  async waitForState(
    entityId: string,
    wanted: (state: EntityState) => boolean,
    withinMs = 30_000,
  ): Promise<EntityState> {
    let last: EntityState | undefined;
    const found = Promise.withResolvers<EntityState>();
    const look = (state: EntityState | undefined): void => {
      last = state;
      if (state && wanted(state)) found.resolve(state);
    };
    const stopWatching = await this.watchState(entityId, look);
    try {
      look(await this.state(entityId));
      void this.#socket.ended.then(found.reject);
      return await before(withinMs, found.promise, () => {
        const seen = last === undefined ? "no such entity" : `"${last.state}"`;
        return new Error(`${entityId} was not as wanted within ${withinMs} ms; last seen: ${seen}`);
      });
    } finally {
      await stopWatching();
    }
  }

  // Config flows and entries

  /** Submits the form of a flow that waits for a person. */
  continueFlow(flowId: string, fields: object = {}): Promise<FlowStep> {
    return this.request("POST", `/api/config/config_entries/flow/${flowId}`, fields);
  }

  /** Discovered flows that wait for a person. */
  flowsInProgress(): Promise<FlowInProgress[]> {
    return this.ws({ type: "config_entries/flow/progress" });
  }

  entries(domain?: string): Promise<ConfigEntry[]> {
    return this.ws({ type: "config_entries/get", ...(domain === undefined ? {} : { domain }) });
  }

  reloadEntry(entryId: string): Promise<{ require_restart: boolean }> {
    return this.request("POST", `/api/config/config_entries/entry/${entryId}/reload`);
  }

  removeEntry(entryId: string): Promise<{ require_restart: boolean }> {
    return this.request("DELETE", `/api/config/config_entries/entry/${entryId}`);
  }

  disableEntry(entryId: string): Promise<{ require_restart: boolean }> {
    return this.ws({ type: "config_entries/disable", entry_id: entryId, disabled_by: "user" });
  }

  enableEntry(entryId: string): Promise<{ require_restart: boolean }> {
    return this.ws({ type: "config_entries/disable", entry_id: entryId, disabled_by: null });
  }

  diagnostics(entryId: string): Promise<unknown> {
    return this.request("GET", `/api/diagnostics/config_entry/${entryId}`);
  }

  // What a person makes

  /** Saves an automation as the editor does; it is loaded when this resolves. */
  async createAutomation(id: string, automation: object): Promise<void> {
    const loaded = Promise.withResolvers<void>();
    const look = ({ entity_id, state, attributes }: EntityState): void => {
      if (entity_id.startsWith("automation.") && attributes["id"] === id && state === "on") loaded.resolve();
    };
    // The answer comes when it is saved: Home Assistant loads it after that.
    const stopWatching = await this.subscribe({ type: "subscribe_events", event_type: "state_changed" }, (event) => {
      const { data } = event as StateChanged;
      if (data.new_state) look(data.new_state);
    });
    try {
      await this.request("POST", `/api/config/automation/config/${id}`, automation);
      for (const state of await this.states()) look(state);
      await before(30_000, loaded.promise, () => new Error(`The automation ${id} was not loaded within 30 s.`));
    } finally {
      await stopWatching();
    }
  }

  /** Makes a toggle helper; its entity is `input_boolean.<id>`. */
  createInputBoolean(name: string): Promise<{ id: string; name: string }> {
    return this.ws({ type: "input_boolean/create", name });
  }

  async repairs(): Promise<RepairIssue[]> {
    return (await this.ws<{ issues: RepairIssue[] }>({ type: "repairs/list_issues" })).issues;
  }
}

/** `promise`, unless that takes longer than `ms`. */
async function before<T>(ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
