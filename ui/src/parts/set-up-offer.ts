import type { SetUpStep } from "../../../src/state/set-up.ts";

/** What the button says, and what its press does, in order. */
export interface SetUpOffer {
  readonly label: string;
  readonly busy: string;
  readonly will: readonly string[];
  /** What people may do instead; null where there is nothing else. */
  readonly instead: string | null;
}

const WILL: Readonly<Record<SetUpStep, string>> = {
  install: "Install the U-tec Gateway integration in Home Assistant.",
  restart: "Restart Home Assistant. Its dashboards and automations are away for a minute or two.",
  stop_ignoring: "Stop ignoring this gateway in Home Assistant.",
  add: "Add the integration in Home Assistant.",
  link: "Connect, so that your locks appear there.",
};

/** Null where there is nothing to press. */
export function setUpOffer(steps: readonly SetUpStep[]): SetUpOffer | null {
  if (steps.length === 0) return null;
  const will = steps.map((step) => WILL[step]);
  if (steps.includes("add")) {
    const instead = steps.includes("install")
      ? "You may also install it from the Marketplace or HACS: then the button does the rest."
      : null;
    return { label: "Set up in Home Assistant", busy: "Starting …", will, instead };
  }
  const later = "Connect again.";
  if (steps.includes("install")) {
    const update = ["Bring the U-tec Gateway integration in Home Assistant up to date.", WILL.restart, later];
    return { label: "Update the integration", busy: "Starting …", will: update, instead: null };
  }
  return { label: "Restart Home Assistant", busy: "Starting …", will: [WILL.restart, later], instead: null };
}
