import type { Situation } from "./situation.ts";
import { phrase } from "../../said/phrase.ts";

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
      return step("core_starting", phrase("step_stopping"), "moment");
    case "starting":
      return step("core_starting", phrase("link_core_starting"), "moment");
    case "not_installed":
      return step("integration_missing", phrase("step_integration_missing"), "soon");
    case "offered":
      return step(status, phrase("step_found"));
    case "no_entry": {
      const message = phrase("step_add");
      return { ...step(status, message, "soon"), notOffered: true };
    }
    case "ignored":
      return step(status, phrase("step_ignored"));
    case "disabled":
      return step(status, phrase("step_disabled"));
    case "setting_up":
      return step(status, phrase("step_setting_up"), "moment");
    case "not_running":
      return step(status, phrase("step_not_running", { state: situation.state }));
  }
}

function step(status: OpenStep["status"], message: string, recheck: OpenStep["recheck"] = "later"): OpenStep {
  return { status, message, recheck, notOffered: false };
}
