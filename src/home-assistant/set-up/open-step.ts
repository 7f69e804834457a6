import type { Situation } from "./situation.ts";

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

/** Why Home Assistant does not know the gateway's commands, in words. */
export function openStep(situation: Situation): OpenStep {
  const status = "integration_not_set_up";
  switch (situation.kind) {
    case "stopping":
      return step("core_starting", "Home Assistant is stopping: the link follows when it is back.", "moment");
    case "starting":
      return step("core_starting", "Home Assistant is starting: the link follows by itself.", "moment");
    case "not_installed":
      return step(
        "integration_missing",
        "Home Assistant does not have the U-tec Gateway integration: install it on the gateway's page, from the " +
          "Marketplace or HACS; where its files are there already, restart Home Assistant.",
        "soon",
      );
    case "offered":
      return step(
        status,
        "Home Assistant has found this gateway: confirm it there under Settings, Devices & services.",
      );
    case "no_entry": {
      const message = "The U-tec Gateway integration is installed: add it in Home Assistant, Devices & services.";
      return { ...step(status, message, "soon"), notOffered: true };
    }
    case "ignored":
      return step(
        status,
        "The gateway was ignored in Home Assistant: add the U-tec Gateway integration there, under Devices & services.",
      );
    case "disabled":
      return step(
        status,
        "The U-tec Gateway integration is disabled: enable it in Home Assistant, Devices & services.",
      );
    case "setting_up":
      return step(status, "Home Assistant is setting up the U-tec Gateway integration.", "moment");
    case "not_running":
      return step(
        status,
        `The U-tec Gateway integration does not run (${situation.state}): reload it in Home Assistant, whose log says more.`,
      );
  }
}

function step(status: OpenStep["status"], message: string, recheck: OpenStep["recheck"] = "later"): OpenStep {
  return { status, message, recheck, notOffered: false };
}
