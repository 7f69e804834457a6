import { emptyReply, htmlReply, jsonReply } from "../call.ts";
import type { OpenedCall, Refusal, Reply } from "../call.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** How a call is answered. */
export interface ReplyPlan {
  /** Makes the answer; null: nothing is done and nothing is answered. */
  readonly reply: ((opened: OpenedCall) => Reply) | null;
  readonly delivery: "whole" | "half" | "drip" | "dropped" | "never";
  /** The fault's delay comes before acting instead of before the answer. */
  readonly waitsFirst?: boolean;
}

const act = (opened: OpenedCall): Reply => opened.act();

const ACT_AND_REPLY: ReplyPlan = { reply: act, delivery: "whole" };

const PORTAL = "<!doctype html><html><head><title>One moment</title></head><body><h1>One moment</h1></body></html>";

/** The plan for a call that `fault` hits; null is no fault. */
export function replyPlan(fault: Fault | null): ReplyPlan {
  return fault === null ? ACT_AND_REPLY : REPLY_PLANS[fault.kind](fault);
}

const REPLY_PLANS: Readonly<Record<FaultKind, (fault: Fault) => ReplyPlan>> = {
  http_500: instead(() => jsonReply(500, { message: "Internal server error" }, "http_500")),
  http_401: instead(() => jsonReply(401, { message: "Unauthorized" }, "http_401")),
  http_403: instead(() => jsonReply(403, { message: "Forbidden" }, "http_403")),
  unavailable: instead((fault) => laterReply(503, "Service Unavailable", fault)),
  rate_limited: instead((fault) => laterReply(429, "Too Many Requests", fault)),
  html: instead(() => htmlReply(200, PORTAL, "html")),
  html_403: instead(() => htmlReply(403, PORTAL, "html_403")),
  html_502: instead(() => htmlReply(502, PORTAL, "html_502")),
  empty: instead(() => emptyReply(200, "empty")),
  empty_400: instead(() => emptyReply(400, "empty_400")),
  garbage: instead(() => ({ ...jsonReply(200, null, "garbage"), body: '{"code": 200, "data": {' })),
  wrong_shape: instead(() => jsonReply(200, ["no", "object"], "wrong_shape")),
  answer: instead(({ status = 200, body = "" }) =>
    typeof body === "string"
      ? { ...emptyReply(status, "answer"), headers: { "content-type": "application/json" }, body }
      : jsonReply(status, body, "answer"),
  ),
  invalid_token: refusal("invalid_token"),
  bad_request: refusal("bad_request"),
  invalid_grant: refusal("invalid_grant"),
  invalid_client: refusal("invalid_client"),
  hang: () => ({ reply: null, delivery: "never" }),
  lost_before: () => ({ reply: null, delivery: "dropped" }),
  lost_after: () => ({ reply: act, delivery: "dropped" }),
  half: () => ({ reply: act, delivery: "half" }),
  drip: () => ({ reply: act, delivery: "drip" }),
  slow: () => ({ reply: act, delivery: "whole" }),
  late: () => ({ reply: act, delivery: "whole", waitsFirst: true }),
};

function instead(reply: (fault: Fault) => Reply): (fault: Fault) => ReplyPlan {
  return (fault) => ({ reply: () => reply(fault), delivery: "whole" });
}

/** A call that its endpoint cannot refuse in this way gets the usual answer. */
function refusal(kind: Refusal): () => ReplyPlan {
  return () => ({ reply: (opened) => (opened.refusals[kind] ?? opened.act)(), delivery: "whole" });
}

function laterReply(status: number, message: string, { kind, retry_after_s = 1 }: Fault): Reply {
  const reply = jsonReply(status, { message }, kind);
  return { ...reply, headers: { ...reply.headers, "retry-after": String(retry_after_s) } };
}
