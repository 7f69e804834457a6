import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/** WattTime: a login by HTTP Basic gives a JWT of 30 minutes, and nothing to refresh it with; a static token may stand in. */
export function wattTimeProvider(): Provider {
  return {
    ...STANDARD,
    id: "watttime",
    label: "WattTime",
    grant: "basic",
    fields: { required: ["username", "password"], optional: ["token"] },
    tokenUrl: "https://api.watttime.org/login",
    defaultLifeMs: 30 * 60_000,
    refreshBufferMs: 5 * 60_000,
  };
}
