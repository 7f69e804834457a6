import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { CLIENT_METHODS } from "../../keeper/clients/client.ts";
import type { Client, ClientScope } from "../../keeper/clients/client.ts";
import type { StoredClient } from "../../keeper/clients/client-table.ts";
import type { Vault } from "../../keeper/vault/vault.ts";
import { Problem } from "../../problem.ts";
import type { Random } from "../../random.ts";
import type { ClientWish, NewClient } from "../broker-state.ts";
import { checkPath } from "../fence/target.ts";
import { Refusal } from "../refusal.ts";

const MOST_CLIENTS = 100;
const LONGEST_NAME = 64;
const MOST_PREFIXES = 50;
const LONGEST_PREFIX = 512;
export const USUAL_RATE = 60;
export const HIGHEST_RATE = 1_000_000;
/** By its beginning a token is known for what it is, where somebody finds one. */
const TOKEN_PREFIX = "utgc_";
const TOKEN_BYTES = 32;

/** Who may ask the broker: every program has a token of its own, of which only a hash is stored. */
export class Clients {
  readonly #vault: Pick<Vault, "clients" | "revocations">;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By the hash of the token. */
  readonly #byHash = new Map<string, Client>();

  constructor(vault: Pick<Vault, "clients" | "revocations">, clock: Clock, random: Random) {
    this.#vault = vault;
    this.#clock = clock;
    this.#random = random;
    const revoked = vault.revocations.all();
    for (const { client, token_hash } of vault.clients.all()) {
      const restored = client.revoked_at === null && revoked.has(client.id);
      if (restored) vault.clients.revoke(client.id, clock.now());
      this.#byHash.set(token_hash, restored ? { ...client, revoked_at: clock.now() } : client);
    }
  }

  /** Those that may ask, the oldest first. */
  all(): Client[] {
    return [...this.#byHash.values()].filter(({ revoked_at }) => revoked_at === null);
  }

  /** @throws Refusal `client_unknown`, `client_revoked` */
  admit(authorization: string | undefined): Client {
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
    const client = token === undefined ? undefined : this.#byHash.get(hashOf(token));
    if (client === undefined) {
      throw new Refusal("client_unknown", "Send the token of a client of this gateway as Authorization: Bearer TOKEN.");
    }
    if (client.revoked_at !== null) {
      throw new Refusal(
        "client_revoked",
        `The client ${client.name} was revoked: make a new one on the gateway's page.`,
      );
    }
    return client;
  }

  isActive(client_id: string): boolean {
    return this.all().some(({ id }) => id === client_id);
  }

  /**
   * What is made of a wish, not stored yet.
   * @throws Problem `bad_request` with the field, `account_not_found`
   */
  draft(wish: ClientWish, isAccount: (id: string) => boolean): StoredClient & NewClient {
    const client: Client = {
      id: this.#random.uuid(),
      created_at: this.#clock.now(),
      revoked_at: null,
      ...checked(wish, isAccount),
    };
    if (this.all().some(({ name }) => name.toLowerCase() === client.name.toLowerCase())) {
      throw wrong(
        "name",
        `There is a client with the name ${client.name} already: give this one another, or revoke that one.`,
      );
    }
    if (this.all().length >= MOST_CLIENTS) {
      throw wrong("name", `There are ${MOST_CLIENTS} clients: revoke one that is not used any more.`);
    }
    const token = `${TOKEN_PREFIX}${this.#random.bytes(TOKEN_BYTES).toString("base64url")}`;
    return { client, token, token_hash: hashOf(token) };
  }

  /** @throws Problem `store_failed` */
  add({ client, token_hash }: StoredClient): void {
    this.#vault.clients.add({ client, token_hash });
    this.#byHash.set(token_hash, client);
  }

  /** @throws Problem `not_found`, `store_failed`; it may not ask any more even then */
  revoke(client_id: string): Client {
    const found = [...this.#byHash].find(([, { id, revoked_at }]) => id === client_id && revoked_at === null);
    if (found === undefined)
      throw new Problem("not_found", "There is no such client: it may have been revoked already.");
    const [token_hash, client] = found;
    const revoked: Client = { ...client, revoked_at: this.#clock.now() };
    this.#byHash.set(token_hash, revoked);
    // Each of the two keeps it out after a restart, where the other can't be written.
    try {
      this.#vault.revocations.add(client_id);
    } finally {
      this.#vault.clients.revoke(client_id, this.#clock.now());
    }
    return revoked;
  }
}

function checked(wish: ClientWish, isAccount: (id: string) => boolean): ClientScope & { readonly name: string } {
  const { accounts, methods = ["GET", "HEAD"], path_prefixes = ["/"], requests_per_minute = USUAL_RATE } = wish;
  const name = wish.name.trim().replace(/\s+/g, " ");
  if (name === "" || Array.from(name).length > LONGEST_NAME || /\p{C}/u.test(name)) {
    throw wrong("name", `Give the client a name of at most ${LONGEST_NAME} characters, by which you will know it.`);
  }
  if (accounts.length === 0) throw wrong("accounts", "Name at least one account that the client may use.");
  const unknown = accounts.find((id) => !isAccount(id));
  if (unknown !== undefined) throw new Problem("account_not_found", "There is no such account.", { field: "accounts" });
  if (methods.length === 0) throw wrong("methods", `Name at least one of ${CLIENT_METHODS.join(", ")}.`);
  if (path_prefixes.length === 0 || path_prefixes.length > MOST_PREFIXES || !path_prefixes.every(isPrefix)) {
    throw wrong(
      "path_prefixes",
      "Each path prefix must begin with a slash and be written as plainly as a path: /v3/forecast.",
    );
  }
  if (!Number.isInteger(requests_per_minute) || requests_per_minute < 1 || requests_per_minute > HIGHEST_RATE) {
    throw wrong("requests_per_minute", `The requests per minute must be a whole number from 1 to ${HIGHEST_RATE}.`);
  }
  return {
    name,
    accounts: [...new Set(accounts)],
    methods: CLIENT_METHODS.filter((method) => methods.includes(method)),
    path_prefixes: [...new Set(path_prefixes)],
    requests_per_minute,
    may_read_token: wish.may_read_token ?? false,
  };
}

function isPrefix(prefix: string): boolean {
  if (!prefix.startsWith("/") || prefix.length > LONGEST_PREFIX) return false;
  try {
    checkPath(prefix);
    return true;
  } catch {
    return false;
  }
}

function wrong(field: string, message: string): Problem {
  return new Problem("bad_request", message, { field });
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
