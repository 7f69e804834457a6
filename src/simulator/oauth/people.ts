import { Problem } from "../../problem.ts";

/** An application that may ask for grants, as a person set it up in the phone app. */
export interface ClientDefinition {
  readonly client_id: string;
  readonly client_secret: string;
  /** Compared character by character. */
  readonly redirect_uris: readonly string[];
}

export interface UserDefinition {
  /** 32 hex digits. */
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
}

/** Who may use the cloud: clients and users. */
export class People {
  readonly users: readonly UserDefinition[];
  readonly #clients: Map<string, ClientDefinition>;

  constructor(clients: readonly ClientDefinition[], users: readonly UserDefinition[]) {
    this.users = users;
    this.#clients = new Map(clients.map((client) => [client.client_id, client]));
  }

  client(client_id: string | null): ClientDefinition | undefined {
    return this.#clients.get(client_id ?? "");
  }

  /** @throws Problem `not_found` */
  changeClient(client_id: string, change: Partial<Omit<ClientDefinition, "client_id">>): void {
    const client = this.#clients.get(client_id);
    if (client === undefined) {
      throw new Problem("not_found", `There is no client ${client_id}.`, { field: "client_id" });
    }
    this.#clients.set(client_id, { ...client, ...change });
  }

  user(id: string): UserDefinition | undefined {
    return this.users.find((user) => user.id === id);
  }
}
