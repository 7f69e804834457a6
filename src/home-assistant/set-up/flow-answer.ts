import { isObject, nonEmptyString } from "../../json.ts";
import type { RestAnswer } from "../connection/rest.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * How a config flow ended.
 * - `done`: what was asked for is so.
 * - `overtaken`: somebody else was quicker, or the flow is over: what there is now must be looked at.
 * - `away`: Home Assistant is stopping or starting; the same may work soon.
 */
export type FlowEnd =
  | { readonly kind: "done" }
  | { readonly kind: "overtaken" | "away" | "refused"; readonly message: string };

/** The end of a flow, or its next question. */
export type FlowAnswer = FlowEnd | { readonly kind: "form"; readonly flow_id: string };

/** Reasons that say no more than that the entry, or another flow, is there already. */
const OVERTAKEN: Readonly<Record<string, string>> = {
  already_configured: phrase("flow_set_up_already"),
  already_in_progress: phrase("flow_asking_already"),
  single_instance_allowed: phrase("flow_there_already"),
};

/** What a proxy before Home Assistant says while that is down. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** Reads the answer to `POST /api/config/config_entries/flow` and `.../flow/{flow_id}`. */
export function readFlowAnswer({ status, body }: RestAnswer): FlowAnswer {
  if (AWAY.has(status)) return away(status);
  if (status === 200 && isObject(body)) return readResult(body);
  if (status === 404 && messageIn(body) === "Invalid flow specified") {
    return { kind: "overtaken", message: phrase("flow_gone") };
  }
  return refused(refusalOf(status, body));
}

/** Reads the answer to a deletion: what is not there any more is deleted. */
export function readDeletion({ status, body }: RestAnswer): FlowEnd {
  if (AWAY.has(status)) return away(status);
  return status === 200 || status === 404 ? { kind: "done" } : refused(refusalOf(status, body));
}

function readResult(result: Readonly<Record<string, unknown>>): FlowAnswer {
  const flow_id = nonEmptyString(result["flow_id"]);
  switch (result["type"]) {
    case "create_entry":
      return { kind: "done" };
    case "form":
      return flow_id === null ? refused(phrase("flow_unreadable")) : { kind: "form", flow_id };
    case "abort": {
      const reason = nonEmptyString(result["reason"])?.slice(0, 60) ?? phrase("part_detail_none");
      const message = OVERTAKEN[reason];
      return message === undefined ? refused(phrase("flow_ended", { detail: reason })) : { kind: "overtaken", message };
    }
    default:
      return refused(phrase("flow_newer"));
  }
}

function refusalOf(status: number, body: unknown): string {
  const said = messageIn(body);
  switch (status) {
    case 401:
      return phrase("flow_token");
    case 403:
      return phrase("flow_rights");
    case 404:
      return said === "Invalid handler specified" ? phrase("flow_not_loaded") : phrase("flow_no_flows");
    default:
      return phrase("flow_failed", { status, words: said === null ? "" : `, ${said.slice(0, 100)}` });
  }
}

function messageIn(body: unknown): string | null {
  return isObject(body) ? nonEmptyString(body["message"]) : null;
}

function away(status: number): FlowEnd {
  return { kind: "away", message: phrase("flow_not_yet", { status }) };
}

function refused(message: string): FlowEnd {
  return { kind: "refused", message };
}
