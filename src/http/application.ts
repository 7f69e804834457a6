import express from "express";
import type { ErrorRequestHandler, Express } from "express";
import type { ClientDesk } from "../broker/broker.ts";
import type { ActivityReader } from "../activity/entry.ts";
import type { HistoryReader } from "../history/history-models.ts";
import type { Clock } from "../clock.ts";
import type { ImportDesk } from "../import/import-state.ts";
import type { IntegrationDesk } from "../integration/integration-state.ts";
import type { AccountDesk } from "../keeper/account.ts";
import type { LogSink } from "../log-sink.ts";
import type { Log, Secrets } from "../log.ts";
import { Problem } from "../problem.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Settings } from "../settings/settings.ts";
import type { SetUpDesk } from "../state/set-up.ts";
import type { CommandApi } from "../utec/commands/command-api.ts";
import type { AccessGuard } from "./access/access-guard.ts";
import { addAccountEndpoints } from "./api/accounts.ts";
import { addActivityEndpoints } from "./activity/endpoints.ts";
import { addCommandEndpoints } from "./api/commands.ts";
import { addDeviceEndpoints } from "./api/devices.ts";
import type { DeviceDesk } from "./api/devices.ts";
import { Endpoints, admit, ownHost, sendJson } from "./api/endpoints.ts";
import { AnswerText } from "./encoding/answer-text.ts";
import { addHealthEndpoint, addLivenessEndpoint } from "./status/health.ts";
import { addLogEndpoint } from "./api/log.ts";
import { addMetricsEndpoint } from "./status/metrics.ts";
import type { FlightReadings } from "./status/metrics.ts";
import { leadTo, loginPage, wayToLogin } from "./page/login.ts";
import { addOAuthCallback } from "./page/oauth-callback.ts";
import { openApiDocument } from "./openapi/document.ts";
import { isPageRequest, isProgram } from "./page/page-request.ts";
import { pageFiles } from "./page/page-files.ts";
import { pageNotBuilt } from "./page/page.ts";
import type { PictureJson } from "./api/picture-json.ts";
import { sendNoAccess, sendNothingHere } from "./page/refused-page.ts";
import { asProblem, problemDetails, problemHeaders } from "./api/problem-details.ts";
import { addClientEndpoints } from "./programs/broker-clients.ts";
import { addTokenEndpoints } from "./programs/default-token.ts";
import { securityHeaders } from "./access/security-headers.ts";
import { addReportEndpoint } from "./report/report.ts";
import { addSessionEndpoints } from "./api/session.ts";
import { addHistoryEndpoints } from "./history/history.ts";
import { addImportEndpoint } from "./import/imports.ts";
import { addIntegrationEndpoints, addSetUpEndpoint } from "./api/home-assistant.ts";
import { phrase } from "../said/phrase.ts";
import { withSaid } from "../said/with-said.ts";

/** What the API gives access to. */
export interface ApplicationParts {
  readonly picture: LivePicture;
  readonly accounts: AccountDesk;
  readonly clients: ClientDesk;
  readonly commands: CommandApi;
  readonly devices: DeviceDesk;
  /** Null where no Home Assistant is named to the gateway. */
  readonly setUp: SetUpDesk | null;
  readonly activity: ActivityReader;
  readonly history: HistoryReader;
  readonly integration: IntegrationDesk;
  readonly imports: ImportDesk;
  readonly flights: FlightReadings;
  readonly clock: Clock;
  readonly logSink: LogSink;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly version: string;
  /** For a report of a problem, which tells them without secrets. */
  readonly settings: Settings;
  /** The built page. */
  readonly pageFolder: string;
}

/** The Express application: access control, the API, the page, and one way to answer errors. */
export function application(parts: ApplicationParts, guard: AccessGuard, pictureJson: PictureJson): Express {
  const onInternal = (error: unknown): void =>
    parts.log.error("A request failed because of a bug in the gateway.", {
      error: error instanceof Problem ? error.cause : error,
    });

  const open = new Endpoints(guard);
  addLivenessEndpoint(open, parts.version);

  const callback = new Endpoints(guard);
  addOAuthCallback(callback, { ...parts, onInternal });

  const api = new Endpoints(guard);
  addAccountEndpoints(api, { ...parts, pictureJson });
  addDeviceEndpoints(api, { ...parts, pictureJson });
  addCommandEndpoints(api, { ...parts, pictureJson });
  addSetUpEndpoint(api, parts);
  addActivityEndpoints(api, parts);
  addHistoryEndpoints(api, parts.history);
  addImportEndpoint(api, parts.imports);
  addIntegrationEndpoints(api, parts.integration);
  addTokenEndpoints(api, parts);
  addClientEndpoints(api, parts.clients);
  addLogEndpoint(api, parts.logSink);
  addHealthEndpoint(api, parts);
  addReportEndpoint(api, parts);
  addMetricsEndpoint(api, parts);
  addSessionEndpoints(api, guard);
  api.add("/api/live", { GET: liveByWebSocketOnly });
  const document = new AnswerText(JSON.stringify(openApiDocument(parts.version)));
  api.add("/api/openapi.json", { GET: (_request, response) => sendJson(response, document) });

  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.set("json replacer", (name: string, value: unknown) => (name === "" ? withSaid(value) : value));
  app.use(securityHeaders, open.router, loginPage({ ...parts, guard }), admit(guard));
  app.use(callback.router);
  app.use(ownHost);
  app.use(api.router);
  app.use(pageFiles(parts.pageFolder));
  app.get("/", pageNotBuilt);
  app.use(() => {
    throw new Problem("not_found", phrase("nothing_here"));
  });
  app.use(answerProblem(parts.secrets, onInternal));
  return app;
}

const liveByWebSocketOnly = (): never => {
  throw new Problem("bad_request", phrase("live_feed_socket"));
};

/** Addresses for programs, whatever they accept: a monitor must not mistake the login form for good health. */
const OF_PROGRAMS = /^\/(?:api\/|health$|metrics$)/;

/** Express takes a handler with four parameters for an error handler. */
function answerProblem(secrets: Secrets, onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = asProblem(error);
    if (problem.code === "internal") onInternal(problem);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const details = problemDetails(problem, secrets);
    if (isPageRequest(request) && !OF_PROGRAMS.test(request.path)) {
      if (problem.code === "unauthenticated") {
        leadTo(response, wayToLogin(request));
        return;
      }
      if (problem.code === "forbidden") {
        sendNoAccess(request, response, details);
        return;
      }
      if (problem.code === "not_found") {
        sendNothingHere(request, response, details);
        return;
      }
    }
    response
      .status(details.status)
      .set(problemHeaders(details, isProgram(request)))
      .end(JSON.stringify(details));
  };
}
