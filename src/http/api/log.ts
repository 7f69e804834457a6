import { TAIL_RECORDS } from "../../log-sink.ts";
import { LOG_LEVELS } from "../../log.ts";
import type { LogSink } from "../../log-sink.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

/** The log's tail; new records come by the live feed. */
export function addLogEndpoint(endpoints: Endpoints, sink: LogSink): void {
  endpoints.add("/api/log", {
    GET: (request, response) => {
      const fields = new Fields(request.query, ["level", "limit"]);
      const level = fields.optionalChoice("level", LOG_LEVELS);
      const limit = fields.optionalInteger("limit", { min: 1, max: TAIL_RECORDS });
      return sendJson(response, { records: sink.tail(level, limit) });
    },
  });
}
