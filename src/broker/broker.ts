import type { Clock } from "../clock.ts";
import type { AccountState, TokenSource } from "../keeper/account.ts";
import type { Client } from "../keeper/clients/client.ts";
import type { AccountApis } from "../keeper/tokens/account-apis.ts";
import type { Vault } from "../keeper/vault/vault.ts";
import type { Log, Secrets } from "../log.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import { Problem } from "../problem.ts";
import { phrase } from "../said/phrase.ts";
import type { Random } from "../random.ts";
import { Clients } from "./admission/clients.ts";
import type { BrokerState, ClientWish, NewClient } from "./broker-state.ts";
import type { Fetches } from "./relay.ts";
import type { BrokerServer, BrokerServerParts } from "./server.ts";

/** What the API may ask of the broker. Every rejection is a Problem. */
export interface ClientDesk {
  state(): BrokerState;
  fetches(): Fetches;
  /** @throws Problem `bad_request` with the field, `account_not_found`, `port_unusable`, `store_failed` */
  addClient(wish: ClientWish): Promise<NewClient>;
  /** @throws Problem `not_found`, `store_failed` */
  revokeClient(client_id: string): Promise<Client>;
}

type Limits = NonNullable<BrokerServerParts["limits"]>;

export interface BrokerParts {
  readonly settings: {
    readonly host: string;
    /** 0 takes any free port. */
    readonly brokerPort: number;
    readonly proxies: ProxySettings | null;
  };
  readonly vault: Pick<Vault, "clients" | "revocations">;
  readonly keeper: TokenSource & { accounts(): readonly AccountState[]; readonly apis: Pick<AccountApis, "apiOf"> };
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly limits?: Limits;
}

/** How long until a port that could not be had is tried again. */
const PORT_AGAIN_MS = 30_000;

/** The clients, and the port that is open as long as there is one. What serves it is loaded with the first. */
export class Broker implements ClientDesk {
  readonly #parts: BrokerParts;
  readonly #log: Log;
  readonly #clients: Clients;
  #server: BrokerServer | null = null;
  #port: number;
  #problem: string | null = null;
  #fetches: Fetches = { total: 0, failed: 0, last_success_at: null };
  #cancelRetry: () => void = () => {};
  /** One change of the port after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    this.#port = parts.settings.brokerPort;
    this.#log = parts.log.part("broker");
    this.#clients = new Clients(parts.vault, parts.clock, parts.random);
  }

  /** Listens if there are clients. Never rejects: without its port the rest of the gateway runs, and it is tried again. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (this.#clients.all().length > 0) await this.#open();
      } catch (error) {
        const problem = error instanceof Problem ? error.message : phrase("broker_not_started");
        if (problem !== this.#problem) this.#log.error(problem, { error });
        this.#problem = problem;
        this.#cancelRetry = this.#parts.clock.after(PORT_AGAIN_MS, () => void this.start());
      }
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  state(): BrokerState {
    const clients = this.#clients.all();
    return { port: this.#port, listening: this.#server !== null, problem: this.#problem, clients };
  }

  fetches(): Fetches {
    return this.#fetches;
  }

  addClient(wish: ClientWish): Promise<NewClient> {
    return this.#inTurn(async () => {
      const known = new Set(this.#parts.keeper.accounts().map(({ id }) => id));
      const draft = this.#clients.draft(wish, (id) => known.has(id));
      // Without a port the client would be of no use, and its token is shown only now.
      await this.#open();
      try {
        this.#parts.secrets.add(draft.token);
        this.#clients.add(draft);
      } catch (error) {
        await this.#closeUnlessNeeded();
        throw error;
      }
      this.#log.info("A client was added.", { client: draft.client.name });
      return { client: draft.client, token: draft.token };
    });
  }

  revokeClient(client_id: string): Promise<Client> {
    return this.#inTurn(async () => {
      try {
        const client = this.#clients.revoke(client_id);
        this.#log.info("A client was revoked.", { client: client.name });
        return client;
      } finally {
        this.#server?.forget(client_id);
        await this.#closeUnlessNeeded();
      }
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#changing.then(change);
    this.#changing = turn.catch(() => undefined);
    return turn;
  }

  /** @throws Problem `port_unusable` */
  async #open(): Promise<void> {
    if (this.#server !== null) return;
    const { BrokerServer } = await import("./server.ts");
    const { settings, keeper } = this.#parts;
    const server = new BrokerServer({
      ...this.#parts,
      host: settings.host,
      port: settings.brokerPort,
      proxies: settings.proxies,
      clients: this.#clients,
      accounts: {
        accounts: () => keeper.accounts(),
        getToken: (id) => keeper.getToken(id),
        invalidate: (id, generation) => keeper.invalidate(id, generation),
        apiOf: (id) => keeper.apis.apiOf(id),
      },
      onFetch: (ok) => this.#count(ok),
      log: this.#log,
    });
    this.#port = await server.start();
    this.#problem = null;
    this.#server = server;
    this.#log.info("The broker answers its clients.", { port: this.#port });
  }

  #count(ok: boolean): void {
    const { total, failed, last_success_at } = this.#fetches;
    this.#fetches = {
      total: total + 1,
      failed: failed + (ok ? 0 : 1),
      last_success_at: ok ? this.#parts.clock.now() : last_success_at,
    };
  }

  async #closeUnlessNeeded(): Promise<void> {
    if (this.#clients.all().length === 0) await this.#close();
  }

  async #close(): Promise<void> {
    this.#cancelRetry();
    this.#problem = null;
    const server = this.#server;
    this.#server = null;
    await server?.stop();
  }
}
