import { sleep } from "../../src/clock.ts";
import type { Fetch } from "../../src/keeper/token-calls/http-call.ts";
import type { Call, OpenedCall } from "../../src/simulator/call.ts";
import { replyPlan } from "../../src/simulator/faults/reply-plan.ts";
import type { EndpointRouterParts, PlacedEndpoint } from "../../src/simulator/endpoint-router.ts";

/** What answers where, as over a network. */
type CloudInMemory = Pick<EndpointRouterParts, "clock" | "faults" | "counters" | "settings" | "endpoints">;

const LATENCY_MS = 80;

/** The way to a simulated cloud without a network, so that a month of calls passes in seconds. */
export function memoryFetch(cloud: CloudInMemory): Fetch {
  return async (address, { method = "GET", headers = {}, body }) => {
    const { pathname: path, searchParams: query } = new URL(address);
    const call: Call = { method, path, query, headers, body: String(body ?? "") };
    await sleep(cloud.clock, LATENCY_MS);
    const place = cloud.endpoints.get(path);
    if (place === undefined) return new Response("{}", { status: 404 });
    return answer(cloud, place, place.endpoint(call));
  };
}

async function answer(cloud: CloudInMemory, { where }: PlacedEndpoint, opened: OpenedCall): Promise<Response> {
  const { clock, counters, faults, settings } = cloud;
  const fault = settings().outage ? ({ where, kind: "lost_before" } as const) : faults.take(where, opened.name);
  const { reply: makeReply, delivery } = replyPlan(fault);
  const reply = makeReply?.(opened) ?? null;
  const outcome = reply?.outcome ?? fault?.kind ?? "none";
  counters.call({ at: clock.now(), where, name: opened.name, outcome, fault: fault?.kind ?? null });
  if (delivery === "never") return new Promise(() => undefined);
  if (delivery !== "whole" || reply === null) {
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  }
  const date = new Date(clock.now() + settings().clock_skew_ms).toUTCString();
  return new Response(reply.body, { status: reply.status, headers: { ...reply.headers, date } });
}
