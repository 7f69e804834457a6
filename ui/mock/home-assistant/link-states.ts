import type { LinkState } from "../../../src/state/picture.ts";
import { DAY } from "../times.ts";

export function linked(now: number): LinkState {
  return {
    status: "linked",
    message: "Linked to Home Assistant 2026.11.0, integration 0.1.0.",
    home_assistant_version: "2026.11.0",
    integration_version: "0.1.0",
    since_at: now - 3 * DAY,
    set_up: null,
  };
}

export function integrationMissing(now: number): LinkState {
  return {
    ...linked(now),
    status: "integration_missing",
    message:
      "The integration U-tec Gateway is not installed in Home Assistant: install it there and restart Home Assistant.",
    integration_version: null,
  };
}

export function notConfigured(now: number): LinkState {
  return {
    status: "not_configured",
    message:
      "This gateway runs without Home Assistant. In a Home Assistant that has add-ons, the add-on U-tec Gateway connects by itself; elsewhere the documentation says how to connect it.",
    home_assistant_version: null,
    integration_version: null,
    since_at: now,
    set_up: null,
  };
}

export function notAdded(now: number): LinkState {
  return {
    ...integrationMissing(now),
    status: "integration_not_set_up",
    message: "Home Assistant has found this gateway: confirm it there under Settings, Devices & services.",
  };
}
