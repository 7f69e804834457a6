import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { FakeConfigFlows } from "./fake-config-flows.ts";
import type { Entry, Flow } from "./fake-config-flows.ts";

export type Message = Readonly<Record<string, unknown>> & { readonly id: number; readonly type: string };

interface Subscription {
  readonly client: Client;
  readonly id: number;
}

/** One authenticated socket, as core sees it. */
interface Client {
  readonly socket: WebSocket;
  lastId: number;
}

/** Its own, and the one at which the Supervisor's proxy answers. */
const ADDRESSES: ReadonlySet<string> = new Set(["/api/websocket", "/core/websocket"]);

const TOKEN = "a-token-of-an-administrator";

/**
 * Home Assistant's WebSocket API with the integration in it, over real sockets, as far as the link can see it: the
 * order of the handshake, growing ids, results, error codes, subscriptions that end with their socket, coalesced
 * events. What a test wants to go wrong, it sets.
 */
export class FakeHomeAssistant {
  readonly token = TOKEN;
  /** Every command that arrived, of all sockets, in order. */
  readonly received: Message[] = [];
  /** How many upgrades were asked for, and how many were let in. */
  dials = 0;
  signIns = 0;
  sessions: string[] = [];

  /** The answer to an upgrade, where it is not 101. */
  upgradeStatus: number | null = null;
  /** What the handshake does: as usual, closes right after `auth_ok`, or never says anything. */
  handshake: "usual" | "closes" | "silent" = "usual";
  acceptedToken = TOKEN;
  state = "RUNNING";
  installed = true;
  /** Whether the integration has registered its commands, and whether its entry is loaded. */
  registered = true;
  loaded = true;
  boundTo: string | null = null;
  protocol = 1;
  /** The answer to `offer`; null: an integration that does not know it. */
  offerResult: unknown = null;
  /** What it remembers of accounts: members of the answer to `hello`. */
  remembered: Readonly<Record<string, unknown>> = {};
  /** Whether an accepted `listen` is followed by the event `session`. */
  opensSessions = true;
  entries: Entry[] = [];
  flows: Flow[] = [];
  users: unknown = [];
  /** By command: refused with this code. */
  readonly refused = new Map<string, string>();
  /** Commands that never get an answer. */
  readonly unanswered = new Set<string>();
  /** Commands on which the socket dies in mid-call. */
  readonly deadly = new Set<string>();

  /** Its REST API, as far as the gateway uses it. */
  readonly rest = new FakeConfigFlows(this);

  #server: Server | undefined;
  #port = 0;
  readonly #clients = new Set<Client>();
  #listener: Subscription | undefined;
  #entryWatchers: Subscription[] = [];
  readonly #waiters = new Set<() => void>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get connected(): number {
    return this.#clients.size;
  }

  async start(): Promise<void> {
    const sockets = new WebSocketServer({ noServer: true });
    const server = createServer((request, response) => void this.rest.take(request, response));
    server.on("upgrade", (request, socket, head) => {
      this.dials += 1;
      this.#changed();
      if (this.upgradeStatus !== null || !ADDRESSES.has(request.url ?? "")) {
        socket.end(`HTTP/1.1 ${this.upgradeStatus ?? 404} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => this.#greet(webSocket));
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Stops as core does: every socket is closed, nobody listens any more. */
  async stop(): Promise<void> {
    for (const { socket } of this.#clients) socket.close();
    await new Promise((resolve) => {
      this.#server?.close(resolve);
      for (const { socket } of this.#clients) socket.terminate();
      this.#server?.closeAllConnections();
    });
  }

  /** The sockets die without a word. */
  drop(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  /** An event of the `listen` subscription, in a batch as core coalesces them. */
  emit(...events: unknown[]): void {
    if (!this.#listener) throw new Error("nobody listens");
    const { client, id } = this.#listener;
    client.socket.send(JSON.stringify(events.map((event) => ({ id, type: "event", event }))));
  }

  /** Something that is no message. */
  sendRaw(text: string): void {
    for (const { socket } of this.#clients) socket.send(text);
  }

  /** The entry of the integration changes, and whoever watches the entries hears it. */
  changeEntry(type: "added" | "updated" | "removed", entry: Entry): void {
    this.entries = type === "removed" ? [] : [entry];
    this.loaded = type !== "removed" && entry.state === "loaded";
    if (this.loaded) this.registered = true;
    for (const { client, id } of this.#entryWatchers) {
      client.socket.send(JSON.stringify({ id, type: "event", event: [{ type, entry }] }));
    }
  }

  of(type: string): Message[] {
    return this.received.filter((message) => message.type === type);
  }

  /** Resolves once `condition` holds; checked whenever something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve);
      });
    }
  }

  async untilReceived(type: string, count = 1): Promise<Message[]> {
    await this.until(() => this.of(type).length >= count);
    return this.of(type);
  }

  #greet(socket: WebSocket): void {
    if (this.handshake === "silent") return;
    socket.on("error", () => {});
    socket.send(JSON.stringify({ type: "auth_required", ha_version: "2026.11.0" }));
    socket.once("message", (data: Buffer) => {
      const auth = JSON.parse(data.toString()) as { type?: string; access_token?: string };
      if (auth.type !== "auth" || auth.access_token !== this.acceptedToken) {
        socket.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access token or password" }));
        socket.close();
        return;
      }
      this.signIns += 1;
      socket.send(JSON.stringify({ type: "auth_ok", ha_version: "2026.11.0" }));
      if (this.handshake === "closes") {
        socket.close();
        return;
      }
      const client: Client = { socket, lastId: 0 };
      this.#clients.add(client);
      socket.on("message", (message: Buffer) => this.#take(client, JSON.parse(message.toString()) as Message));
      socket.on("close", () => this.#forget(client));
    });
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    this.#entryWatchers = this.#entryWatchers.filter((watcher) => watcher.client !== client);
    if (this.#listener?.client === client) this.#listener = undefined;
    this.#changed();
  }

  #take(client: Client, message: Message): void {
    this.received.push(message);
    if (this.deadly.has(message.type)) {
      client.socket.terminate();
    } else if (message.id <= client.lastId) {
      this.#refuse(client, message, "id_reuse");
    } else if (!this.unanswered.has(message.type)) {
      this.#answer(client, message);
    }
    client.lastId = message.id;
    this.#changed();
  }

  #answer(client: Client, message: Message): void {
    const refusal = this.refused.get(message.type);
    if (refusal) {
      this.#refuse(client, message, refusal);
      return;
    }
    switch (message.type) {
      case "ping":
        client.socket.send(JSON.stringify({ id: message.id, type: "pong" }));
        return;
      case "supported_features":
      case "unsubscribe_events":
        this.#accept(client, message, null);
        return;
      case "get_config":
        this.#accept(client, message, { state: this.state, version: "2026.11.0" });
        return;
      case "manifest/get":
        if (this.installed) this.#accept(client, message, { domain: message["integration"] });
        else this.#refuse(client, message, "not_found");
        return;
      case "config_entries/get":
        this.#accept(client, message, this.entries);
        return;
      case "config_entries/flow/progress":
        this.#accept(client, message, this.flows);
        return;
      case "config/auth/list":
        this.#accept(client, message, this.users);
        return;
      case "config_entries/subscribe":
        this.#entryWatchers.push({ client, id: message.id });
        this.#accept(client, message, null);
        this.#event(
          client,
          message,
          this.entries.map((entry) => ({ type: null, entry })),
        );
        return;
      default:
        this.#answerAsIntegration(client, message);
    }
  }

  #answerAsIntegration(client: Client, message: Message): void {
    const session = message["session"];
    if (!this.registered) {
      this.#refuse(client, message, "unknown_command");
    } else if (!this.loaded) {
      this.#refuse(client, message, "not_set_up");
    } else if (message.type === "utec_gateway/offer") {
      if (this.offerResult === null) this.#refuse(client, message, "unknown_command");
      else this.#accept(client, message, this.offerResult);
    } else if (this.boundTo !== null && "gateway_id" in message && message["gateway_id"] !== this.boundTo) {
      this.#refuse(client, message, "other_gateway");
    } else if (session !== undefined && session !== this.sessions.at(-1)) {
      this.#refuse(client, message, "unknown_session");
    } else if (message.type === "utec_gateway/hello") {
      this.#accept(client, message, { protocol: this.protocol, integration_version: "0.1.0", ...this.remembered });
    } else if (message.type === "utec_gateway/listen") {
      this.#accept(client, message, null);
      if (!this.opensSessions) return;
      this.#listener = { client, id: message.id };
      this.sessions = [...this.sessions, `session-${this.sessions.length + 1}`];
      this.#event(client, message, { type: "session", session: this.sessions.at(-1) });
    } else {
      this.#accept(client, message, null);
    }
  }

  #accept(client: Client, message: Message, result: unknown): void {
    client.socket.send(JSON.stringify({ id: message.id, type: "result", success: true, result }));
  }

  #refuse(client: Client, message: Message, code: string): void {
    const error = { code, message: `Refused: ${code}` };
    client.socket.send(JSON.stringify({ id: message.id, type: "result", success: false, error }));
  }

  #event(client: Client, message: Message, event: unknown): void {
    client.socket.send(JSON.stringify({ id: message.id, type: "event", event }));
  }

  #changed(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}
