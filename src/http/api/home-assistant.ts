import type { IntegrationDesk } from "../../integration/integration-state.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import { SET_UP_STEPS } from "../../state/set-up.ts";
import type { SetUpDesk, SetUpPlan } from "../../state/set-up.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

export interface SetUpParts {
  /** Null where no Home Assistant is named to the gateway. */
  readonly setUp: SetUpDesk | null;
  readonly picture: LivePicture;
}

/** The button that sets the gateway up in Home Assistant: what it would do, and its press. */
export function addSetUpEndpoint(endpoints: Endpoints, { setUp, picture }: SetUpParts): void {
  endpoints.add("/api/home-assistant/connect", {
    GET: async (_request, response) => {
      const plan: SetUpPlan = (await setUp?.plan()) ?? {
        steps: [],
        refusal: { code: "home_assistant_unreachable", message: picture.gateway.link.message },
      };
      response.json(plan);
    },
    POST: async (request, response) => {
      const steps = new Fields(request.body, ["steps"]).texts("steps", SET_UP_STEPS);
      if (setUp === null) throw new Problem("home_assistant_unreachable", picture.gateway.link.message);
      response.status(202).json(await setUp.begin(steps, response.locals.visitor));
    },
  });
}

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
