import type { Client, ClientScope } from "../keeper/clients/client.ts";
import type { Said } from "../said/said.ts";

/** What the API tells of the broker. Types alone, for the page reads them too. */
export interface BrokerState {
  readonly port: number;
  /** False without clients, and where the port can't be had. */
  readonly listening: boolean;
  /** Why it does not listen although there are clients. */
  readonly problem: string | null;
  readonly said?: Said;
  readonly clients: readonly Client[];
}

/** What a client is to be; what is left out is as little as possible. */
export interface ClientWish extends Partial<Omit<ClientScope, "accounts">> {
  readonly name: string;
  readonly accounts: readonly string[];
}

export interface NewClient {
  readonly client: Client;
  /** Shown once. */
  readonly token: string;
}
