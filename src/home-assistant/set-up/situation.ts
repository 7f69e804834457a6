import { isObject, nonEmptyString } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { Core } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import { DOMAIN } from "../messages/messages.ts";

/**
 * What Home Assistant has of the integration.
 * - `not_installed`: it does not know it. Files that were copied while it runs are found at its next start only.
 * - `offered`: it has found this gateway, and waits for somebody to confirm that.
 * - `no_entry`: the integration is there, and nobody has added it.
 * - `setting_up`: its entry is there, and is loaded or about to be.
 * - `not_running`: its entry is there, and has failed.
 */
export type Situation =
  | Away
  | { readonly kind: "not_installed" | "no_entry" | "disabled" | "setting_up" }
  | { readonly kind: "offered"; readonly flow_id: string | null }
  | { readonly kind: "ignored"; readonly entry_id: string | null }
  | { readonly kind: "not_running"; readonly state: string };

export interface Away {
  readonly kind: "starting" | "stopping";
}

/** States of Home Assistant on its way down. */
const STOPPING: ReadonlySet<string> = new Set(["STOPPING", "FINAL_WRITE", "STOPPED"]);

/**
 * Looks. While Home Assistant is starting, what it does not know means nothing: integrations start one after the other.
 * @throws CoreError when the connection breaks meanwhile
 */
export async function lookAtCore(core: Pick<Core, "call">, gateway_id: string): Promise<Situation> {
  const config = await core.call({ type: "get_config" });
  const state = isObject(config) ? (nonEmptyString(config["state"]) ?? "RUNNING") : "RUNNING";
  if (STOPPING.has(state)) return { kind: "stopping" };
  if (state !== "RUNNING") return { kind: "starting" };
  if (!(await isInstalled(core))) return { kind: "not_installed" };
  const entries = records(await core.call({ type: "config_entries/get", domain: DOMAIN }));
  // An ignored one stays where the integration was added by its name.
  const entry = entries.find(({ source }) => source !== "ignore");
  if (entry) return entrySituation(entry);
  if (entries[0]) return { kind: "ignored", entry_id: nonEmptyString(entries[0]["entry_id"]) };
  const flows = records(await core.call({ type: "config_entries/flow/progress" }));
  const offer = flows.find((flow) => flow["handler"] === DOMAIN && isOurs(flow, gateway_id));
  return offer ? { kind: "offered", flow_id: nonEmptyString(offer["flow_id"]) } : { kind: "no_entry" };
}

async function isInstalled(core: Pick<Core, "call">): Promise<boolean> {
  try {
    await core.call({ type: "manifest/get", integration: DOMAIN });
    return true;
  } catch (error) {
    if (error instanceof CoreError && error.code === "not_found") return false;
    throw error;
  }
}

function entrySituation(entry: JsonObject): Situation {
  if (entry["disabled_by"]) return { kind: "disabled" };
  const state = nonEmptyString(entry["state"]) ?? "unknown";
  return state === "loaded" || state === "setup_in_progress" ? { kind: "setting_up" } : { kind: "not_running", state };
}

/** Two gateways may be offered; whoever confirms the other one is linked with that. */
function isOurs({ context }: JsonObject, gateway_id: string): boolean {
  const unique_id = isObject(context) ? nonEmptyString(context["unique_id"]) : null;
  return unique_id === null || unique_id === gateway_id;
}

function records(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
