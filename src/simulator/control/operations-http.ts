import { Problem } from "../../problem.ts";
import { jsonReply } from "../call.ts";
import type { Call, Reply } from "../call.ts";

/** What a control does, by name: with the body of a request, or an empty object. */
export type Operations = Readonly<Record<string, (input: unknown) => unknown>>;

/** A control as HTTP: `GET /control/{name}` reads, `POST /control/{name}` changes. */
export function operationsHttp(reading: Operations, changing: Operations): (call: Call) => Reply {
  const byMethod = new Map([
    ["GET", new Map(Object.entries(reading))],
    ["POST", new Map(Object.entries(changing))],
  ]);
  return (call) => {
    const name = call.path.slice("/control/".length);
    const operation = byMethod.get(call.method)?.get(name);
    if (operation === undefined) {
      return problemReply(404, new Problem("not_found", `The control has no ${call.method} ${name}.`));
    }
    try {
      return jsonReply(200, operation(call.method === "GET" ? {} : readBody(call)) ?? null, "ok");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return problemReply(error.code === "not_found" ? 404 : 400, error);
    }
  };
}

/** The content type keeps foreign web pages out: they cannot send it without a CORS preflight. */
function readBody(call: Call): unknown {
  if (call.headers["content-type"]?.startsWith("application/json") !== true) {
    throw new Problem("bad_request", "Send JSON, with the content type application/json.");
  }
  try {
    return JSON.parse(call.body === "" ? "{}" : call.body);
  } catch (error) {
    throw new Problem("bad_request", "The body is not JSON.", { cause: error });
  }
}

function problemReply(status: number, { code, message, field }: Problem): Reply {
  return jsonReply(status, { code, message, ...(field === undefined ? {} : { field }) }, code);
}
