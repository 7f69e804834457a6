import { isObject, nonEmptyString } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { Core } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import { DOMAIN } from "../messages/messages.ts";

/** The step of the set-up in Home Assistant that is still open. */
export interface OpenStep {
  readonly status: "core_starting" | "integration_missing" | "integration_not_set_up";
  /** One sentence for a person. */
  readonly message: string;
  /**
   * When asking again makes sense: in a `moment`, for Home Assistant is working on it; `soon`, for nothing tells when
   * the person has done it; or `later`, for a change is noticed at once.
   */
  readonly recheck: "moment" | "soon" | "later";
  /** True where Home Assistant could offer to set the gateway up and does not: it has missed the announcement. */
  readonly notOffered: boolean;
}

/** States of Home Assistant on its way down. */
const STOPPING: ReadonlySet<string> = new Set(["STOPPING", "FINAL_WRITE", "STOPPED"]);

/**
 * Finds out why Home Assistant does not know the gateway's commands. While it is starting that means nothing:
 * integrations start one after the other. And an installed integration without an entry has not registered them either.
 * @throws CoreError when the connection breaks meanwhile
 */
export async function findOpenStep(core: Pick<Core, "call">): Promise<OpenStep> {
  const config = await core.call({ type: "get_config" });
  const state = isObject(config) ? (nonEmptyString(config["state"]) ?? "RUNNING") : "RUNNING";
  if (STOPPING.has(state)) {
    return step("core_starting", "Home Assistant is stopping: the link follows when it is back.", "moment");
  }
  if (state !== "RUNNING") {
    return step("core_starting", "Home Assistant is starting: the link follows by itself.", "moment");
  }
  if (!(await isInstalled(core))) {
    return step(
      "integration_missing",
      "Home Assistant does not have the U-tec Gateway integration: install it from the Marketplace or HACS, " +
        "and restart Home Assistant if its files were copied by hand.",
      "soon",
    );
  }
  return await entryStep(core);
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

async function entryStep(core: Pick<Core, "call">): Promise<OpenStep> {
  const status = "integration_not_set_up";
  const [entry] = records(await core.call({ type: "config_entries/get", domain: DOMAIN }));
  if (!entry) {
    const flows = records(await core.call({ type: "config_entries/flow/progress" }));
    if (flows.some((flow) => flow["handler"] === DOMAIN)) {
      return step(
        status,
        "Home Assistant has found this gateway: confirm it there under Settings, Devices & services.",
      );
    }
    const message = "The U-tec Gateway integration is installed: add it in Home Assistant, Devices & services.";
    return { ...step(status, message, "soon"), notOffered: true };
  }
  if (entry["source"] === "ignore") {
    return step(
      status,
      "The gateway was ignored in Home Assistant: add the U-tec Gateway integration there, under Devices & services.",
    );
  }
  if (entry["disabled_by"]) {
    return step(status, "The U-tec Gateway integration is disabled: enable it in Home Assistant, Devices & services.");
  }
  const state = nonEmptyString(entry["state"]) ?? "unknown";
  if (state === "loaded" || state === "setup_in_progress") {
    return step(status, "Home Assistant is setting up the U-tec Gateway integration.", "moment");
  }
  return step(
    status,
    `The U-tec Gateway integration does not run (${state}): reload it in Home Assistant, whose log says more.`,
  );
}

function step(status: OpenStep["status"], message: string, recheck: OpenStep["recheck"] = "later"): OpenStep {
  return { status, message, recheck, notOffered: false };
}

function records(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
