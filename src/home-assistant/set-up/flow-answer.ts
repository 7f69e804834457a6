import { isObject, nonEmptyString } from "../../json.ts";
import type { RestAnswer } from "../connection/rest.ts";

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
  already_configured: "Home Assistant says that this gateway is set up already.",
  already_in_progress: "Home Assistant is already being asked to add the integration: finish or close that there.",
  single_instance_allowed: "Home Assistant says that the U-tec Gateway integration is there already.",
};

/** What a proxy before Home Assistant says while that is down. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

const LOG = "its log says why (Settings, System, Logs).";

/** Reads the answer to `POST /api/config/config_entries/flow` and `.../flow/{flow_id}`. */
export function readFlowAnswer({ status, body }: RestAnswer): FlowAnswer {
  if (AWAY.has(status)) return away(status);
  if (status === 200 && isObject(body)) return readResult(body);
  if (status === 404 && messageIn(body) === "Invalid flow specified") {
    return { kind: "overtaken", message: "What Home Assistant offered was confirmed or closed there meanwhile." };
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
      return flow_id === null ? refused(`Home Assistant's answer cannot be read: ${LOG}`) : { kind: "form", flow_id };
    case "abort": {
      const reason = nonEmptyString(result["reason"])?.slice(0, 60) ?? "no reason given";
      const message = OVERTAKEN[reason];
      return message === undefined
        ? refused(`Home Assistant ended the set-up of the integration (${reason}): ${LOG}`)
        : { kind: "overtaken", message };
    }
    default:
      return refused(
        "Home Assistant asks for more than this gateway knows: add the U-tec Gateway integration there, under Settings, Devices & services.",
      );
  }
}

function refusalOf(status: number, body: unknown): string {
  const said = messageIn(body);
  switch (status) {
    case 401:
      return "Home Assistant does not accept the gateway's token for this: add the integration there, under Settings, Devices & services.";
    case 403:
      return "Home Assistant does not let the gateway's user add an integration: only an administrator may.";
    case 404:
      return said === "Invalid handler specified"
        ? `Home Assistant cannot load the U-tec Gateway integration: ${LOG}`
        : "Home Assistant has no config flows at its address: is HOME_ASSISTANT_URL right?";
    default:
      return `Home Assistant could not add the integration (HTTP ${status}${said === null ? "" : `, ${said.slice(0, 100)}`}): ${LOG}`;
  }
}

function messageIn(body: unknown): string | null {
  return isObject(body) ? nonEmptyString(body["message"]) : null;
}

function away(status: number): FlowEnd {
  return { kind: "away", message: `Home Assistant does not answer yet (HTTP ${status}).` };
}

function refused(message: string): FlowEnd {
  return { kind: "refused", message };
}
