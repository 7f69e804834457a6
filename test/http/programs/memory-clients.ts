import { Clients } from "../../../src/broker/admission/clients.ts";
import type { BrokerState, ClientWish, NewClient } from "../../../src/broker/broker-state.ts";
import type { ClientDesk } from "../../../src/broker/broker.ts";
import type { Fetches } from "../../../src/broker/relay.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Client } from "../../../src/keeper/clients/client.ts";
import type { StoredClient } from "../../../src/keeper/clients/client-table.ts";
import type { Vault } from "../../../src/keeper/vault/vault.ts";
import { systemRandom } from "../../../src/random.ts";

/** The broker's own rules for clients, without a port and without a disk. */
export class MemoryClients implements ClientDesk {
  readonly stored: StoredClient[] = [];
  readonly #clients: Clients;

  constructor() {
    const vault = {
      clients: {
        all: () => this.stored,
        add: (client: StoredClient) => void this.stored.push(client),
        revoke: () => {},
      },
      revocations: { all: () => new Set<string>(), add: () => {} },
    };
    this.#clients = new Clients(vault as unknown as Pick<Vault, "clients" | "revocations">, systemClock, systemRandom);
  }

  state(): BrokerState {
    const clients = this.#clients.all();
    return { port: 8097, listening: clients.length > 0, problem: null, clients };
  }

  fetches(): Fetches {
    return { total: 4, failed: 1, last_success_at: 1_700_000_000_000 };
  }

  addClient(wish: ClientWish): Promise<NewClient> {
    return Promise.try(() => {
      const draft = this.#clients.draft(wish, (id) => id === "home");
      this.#clients.add(draft);
      return { client: draft.client, token: draft.token };
    });
  }

  revokeClient(client_id: string): Promise<Client> {
    return Promise.try(() => this.#clients.revoke(client_id));
  }
}
