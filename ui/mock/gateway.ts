import type { GatewayState, LinkState } from "../../src/state/picture.ts";
import { neverSignedIn } from "./accounts.ts";
import { DAY, SECOND } from "./times.ts";

export function gateway(now: number, link: LinkState): GatewayState {
  const cloud = { online: true, error: null, last_success_at: now - 12 * SECOND, devices_known: true };
  return {
    id: "0d4f6f6e-3c9e-4a53-8f0c-5f5d3d1c2b10",
    version: "0.1.0",
    started_at: now - 3 * DAY,
    link,
    clouds: { [neverSignedIn().id]: cloud },
    problems: [],
  };
}

export function linked(now: number): LinkState {
  return {
    status: "linked",
    message: "Your locks are on your dashboards.",
    home_assistant_version: "2026.11.0",
    integration_version: "0.1.0",
    since_at: now - 3 * DAY,
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
    message: "Set HOME_ASSISTANT_URL and HOME_ASSISTANT_TOKEN to see your locks in Home Assistant.",
    home_assistant_version: null,
    integration_version: null,
    since_at: now,
  };
}
