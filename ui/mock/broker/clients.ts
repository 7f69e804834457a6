import { randomUUID } from "node:crypto";
import type { BrokerState, ClientWish } from "../../../src/broker/broker-state.ts";
import type { Client } from "../../../src/keeper/clients/client.ts";

/** Plays the broker's clients. */
export class MockClients {
  #clients: readonly Client[] = [];

  answer(method: string, path: string, body: unknown): { readonly status: number; readonly body: object } {
    if (path === "/api/broker/clients/revoke") {
      const { client_id } = body as { client_id: string };
      this.#clients = this.#clients.filter(({ id }) => id !== client_id);
      return { status: 200, body: {} };
    }
    return method === "POST" ? this.#add(body as ClientWish) : { status: 200, body: this.#state() };
  }

  #add(wish: ClientWish): { readonly status: number; readonly body: object } {
    if (wish.name.trim() === "") {
      const detail = "Give the client a name of at most 64 characters, by which you will know it.";
      return { status: 400, body: { code: "bad_request", detail, field: "name" } };
    }
    const client: Client = {
      methods: ["GET", "HEAD"],
      path_prefixes: ["/"],
      requests_per_minute: 60,
      may_read_token: false,
      ...wish,
      id: randomUUID(),
      created_at: Date.now(),
      revoked_at: null,
    };
    this.#clients = [...this.#clients, client];
    return { status: 201, body: { client, token: "utgc_shown-once" } };
  }

  #state(): BrokerState {
    return { port: 8097, listening: this.#clients.length > 0, problem: null, clients: this.#clients };
  }
}
