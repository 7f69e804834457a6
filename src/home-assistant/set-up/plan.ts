import type { IntegrationState } from "../../integration/integration-state.ts";
import type { LinkState } from "../../state/picture.ts";
import type { SetUpPlan, SetUpStep } from "../../state/set-up.ts";
import { openStep } from "./open-step.ts";
import type { Situation } from "./situation.ts";

/** What a plan is made of. */
export interface Facts {
  readonly link: LinkState;
  /** Null while Home Assistant cannot be asked. */
  readonly core: Situation | null;
  readonly files: IntegrationState;
}

/** What is to be done for locks in Home Assistant, or why the gateway cannot do it. Nothing, where they are there. */
export function planSetUp({ link, core, files }: Facts): SetUpPlan {
  switch (link.status) {
    case "linked":
      return planUpdate(files) ?? will();
    case "protocol_mismatch":
      return planUpdate(files) ?? refuse("home_assistant_refused", link.message);
    case "other_gateway":
      return refuse("home_assistant_refused", link.message);
    case "not_configured":
    case "token_refused":
      return refuse("home_assistant_unreachable", link.message);
    case "connecting":
    case "core_starting":
    case "integration_missing":
    case "integration_not_set_up":
      return core === null ? refuse("home_assistant_unreachable", link.message) : planAt(core, files);
  }
}

function planAt(core: Situation, files: IntegrationState): SetUpPlan {
  switch (core.kind) {
    case "not_installed":
      return planWithout(files);
    case "offered":
    case "no_entry":
      return will("add", "link");
    case "ignored":
      return will("stop_ignoring", "add", "link");
    // An entry that is being set up needs nobody.
    case "setting_up":
      return will();
    case "starting":
    case "stopping":
      return refuse("home_assistant_unreachable", openStep(core).message);
    case "disabled":
    case "not_running":
      return refuse("home_assistant_refused", openStep(core).message);
  }
}

/** Null where Home Assistant runs what it should. */
function planUpdate({ status, restart_needed }: IntegrationState): SetUpPlan | null {
  if (status === "outdated") return will("install", "restart", "link");
  return restart_needed ? will("restart", "link") : null;
}

/** Home Assistant does not know the integration: its files are not there, or it has not been restarted since they are. */
function planWithout(files: IntegrationState): SetUpPlan {
  if (files.status === "absent" || files.status === "outdated") return will("install", "restart", "add", "link");
  return files.restart_needed ? will("restart", "add", "link") : refuse("integration_missing", files.message);
}

function will(...steps: readonly SetUpStep[]): SetUpPlan {
  return { steps, refusal: null };
}

function refuse(
  code: "home_assistant_unreachable" | "integration_missing" | "home_assistant_refused",
  message: string,
): SetUpPlan {
  return { steps: [], refusal: { code, message } };
}
