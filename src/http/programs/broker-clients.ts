import type { ClientDesk } from "../../broker/broker.ts";
import { CLIENT_METHODS } from "../../keeper/clients/client.ts";
import { HIGHEST_RATE } from "../../broker/admission/clients.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

const WISH = ["name", "accounts", "methods", "path_prefixes", "requests_per_minute", "may_read_token"] as const;

/** The broker's clients: list, add (its token is in the answer, and never again), revoke. */
export function addClientEndpoints(endpoints: Endpoints, clients: ClientDesk): void {
  endpoints.add("/api/broker/clients", {
    GET: (_request, response) => void response.json(clients.state()),
    POST: async (request, response) => {
      const fields = new Fields(request.body, WISH);
      const methods = fields.optionalTexts("methods", CLIENT_METHODS);
      const path_prefixes = fields.optionalTexts("path_prefixes");
      const requests_per_minute = fields.optionalInteger("requests_per_minute", { min: 1, max: HIGHEST_RATE });
      const may_read_token = fields.optionalFlag("may_read_token");
      const made = await clients.addClient({
        name: fields.text("name"),
        accounts: fields.texts("accounts"),
        ...(methods === undefined ? {} : { methods }),
        ...(path_prefixes === undefined ? {} : { path_prefixes }),
        ...(requests_per_minute === undefined ? {} : { requests_per_minute }),
        ...(may_read_token === undefined ? {} : { may_read_token }),
      });
      response.setHeader("Cache-Control", "no-store");
      response.status(201).json(made);
    },
  });

  endpoints.add("/api/broker/clients/revoke", {
    POST: async (request, response) => {
      response.json(await clients.revokeClient(new Fields(request.body, ["client_id"]).text("client_id")));
    },
  });
}
