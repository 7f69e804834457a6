import type { DeviceState, GatewayState, Snapshot } from "../../../src/state/picture.ts";
import { neverSignedIn, retrying } from "../accounts.ts";
import { frontDoor, gardenGate } from "../devices.ts";
import { MINUTE } from "../times.ts";

const NAMES = ["Cellar", "Garage", "Workshop", "Attic", "Guest house"];

/** The cloud has been away for half an hour: nothing is known of any door since. */
export function outage(well: Snapshot, now: number): Snapshot {
  const lastHeard = now - 32 * MINUTE;
  const unseen = {
    confirmed_at: lastHeard,
    freshness: "expired",
    available: false,
    trouble: "cloud_unreachable",
  } as const;
  const others = NAMES.map((name, index): DeviceState => ({ ...frontDoor(now), id: `outage-${index}`, name }));
  const error = {
    code: "cloud_unreachable",
    message: "The U-tec cloud did not answer within 20 s; the gateway tries again by itself.",
  };
  const away = { online: false, error, last_success_at: lastHeard };
  const gateway: GatewayState = {
    ...well.gateway,
    clouds: { [neverSignedIn().id]: { ...away, devices_known: true } },
  };
  return {
    ...well,
    gateway,
    accounts: well.accounts.map((account) => retrying(account, now)),
    devices: [frontDoor(now), gardenGate(now), ...others].map((device) => ({ ...device, ...unseen })),
  };
}
