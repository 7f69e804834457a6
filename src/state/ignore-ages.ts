import { isSameJson } from "../json.ts";
import type { DeviceState, GatewayState } from "./picture.ts";

/** What changes with every poll although nothing has happened. */
const AGES: ReadonlySet<string> = new Set<keyof DeviceState>(["said_at", "confirmed_at"]);

/** Did the cloud only report the same again? */
export function isOnlyOlder(before: DeviceState, after: DeviceState): boolean {
  return isSameJson(before, after, AGES);
}

/** The gateway without the ages in it. */
export function withoutAges(gateway: GatewayState): object {
  const clouds = Object.entries(gateway.clouds).map(
    ([id, { last_success_at: _age, ...cloud }]) => [id, cloud] as const,
  );
  return { ...gateway, clouds: Object.fromEntries(clouds) };
}
