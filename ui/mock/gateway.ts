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
    calls_last_hour: 131,
  };
}
