import type { BrokerState } from "../../broker/broker.ts";
import { CLIENT_METHODS } from "../../keeper/clients/client.ts";
import type { Client } from "../../keeper/clients/client.ts";
import { count, described, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";

/** The models of the broker's clients, by name. */
export const clientModels = {
  Client: object<Client>({
    id: text,
    name: text,
    accounts: described(listOf(text), "The ids of the accounts that it may use."),
    methods: listOf(oneOf(CLIENT_METHODS)),
    path_prefixes: described(listOf(text), "Below the API's address, with whole segments; / is all of it."),
    requests_per_minute: count,
    may_read_token: described(flag, "It may be handed the bare access token at /token/{account} of the broker."),
    created_at: time,
    revoked_at: nullable(time),
  }),
  Broker: object<BrokerState>({
    port: count,
    listening: described(flag, "False without clients, and where the port can't be had."),
    problem: described(nullable(text), "Why it does not listen although there are clients."),
    clients: listOf(named("Client")),
  }),
} as const;
