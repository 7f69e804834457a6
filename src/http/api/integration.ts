import type { IntegrationDesk } from "../../integration/integration-state.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "./fields.ts";

/** The integration in Home Assistant: how it stands, putting it there, and the restart that it needs. */
export function addIntegrationEndpoints(endpoints: Endpoints, integration: IntegrationDesk): void {
  endpoints.add("/api/integration", {
    GET: async (_request, response) => void response.json(await integration.state()),
  });

  endpoints.add("/api/integration/install", {
    POST: async (request, response) => {
      Fields.none(request.body);
      response.json(await integration.install(response.locals.visitor));
    },
  });

  endpoints.add("/api/home-assistant/restart", {
    POST: async (request, response) => {
      Fields.none(request.body);
      await integration.restartHomeAssistant(response.locals.visitor);
      response.status(202).json({});
    },
  });
}
