import express from "express";
import type { ErrorRequestHandler, Express } from "express";
import type { Networks } from "../incoming/networks.ts";
import type { Log, Secrets } from "../log.ts";
import type { AccountRequests } from "./account-requests.ts";
import type { LogText } from "./log-text.ts";
import { admission } from "./requests/admission.ts";
import { bodyRefusal } from "./requests/bodies.ts";
import { Refusal, asRefusal, detailOf } from "./requests/refusal.ts";
import { accountRoutes } from "./routes/account-routes.ts";
import { deviceRoutes } from "./routes/device-routes.ts";
import type { DeviceRouteParts } from "./routes/device-routes.ts";
import { otherRoutes } from "./routes/other-routes.ts";
import { addRoutes, send } from "./routes/route.ts";
import type { PageAddress } from "./way-to-page.ts";

export interface ApplicationParts extends DeviceRouteParts {
  readonly account: AccountRequests;
  readonly logText: LogText;
  readonly networks: Networks;
  /** Where the page is served; null where that is inside Home Assistant. */
  readonly page: PageAddress | null;
  readonly secrets: Pick<Secrets, "scrub">;
  readonly log: Log;
}

/** Everything that the three generations of the old gateway answer, at the addresses where they answer it. */
export function application(parts: ApplicationParts): Express {
  const { account, log, logText, networks, page } = parts;
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.use(admission(networks, log));
  addRoutes(app, [...deviceRoutes(parts), ...accountRoutes(account, log), ...otherRoutes(logText, page)]);
  app.use(() => {
    throw new Refusal(404, "Not Found");
  });
  app.use(answerRefusal(parts));
  return app;
}

/** Express takes a handler with four parameters for an error handler. */
function answerRefusal({ log, secrets }: ApplicationParts): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const refusal = bodyRefusal(error) ?? asRefusal(error);
    if (refusal.isBug) log.error("A request failed because of a bug in the gateway.", { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of a body that nobody reads.
    if (!request.complete) response.setHeader("Connection", "close");
    if (refusal.retry_after_s !== undefined) response.setHeader("Retry-After", Math.ceil(refusal.retry_after_s));
    response.status(refusal.status);
    send(response, detailOf(refusal, secrets));
  };
}
