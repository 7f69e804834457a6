import { POLICY_LIMITS } from "../../keeper/schedule/refresh-limits.ts";
import { described, flag, nullable } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** The properties of a `RefreshPolicy`, in an account and in a change of one. */
export const refreshPolicy = {
  automatic_refresh: described(flag, "False: nothing is called until a person asks for a refresh."),
  refresh_buffer_ms: limited("refresh_buffer_ms", "Refresh this long before expiry."),
  refresh_buffer_share: limited(
    "refresh_buffer_share",
    "The same as a share of the token's life. At most one of the two is set.",
  ),
  idle_interval_ms: limited(
    "idle_interval_ms",
    "Refresh at least this often; without it as often as the provider needs.",
  ),
} as const satisfies Readonly<Record<string, Schema>>;

function limited(field: keyof typeof POLICY_LIMITS, description: string): Schema {
  const { min, max } = POLICY_LIMITS[field];
  return described(nullable({ type: "number" }), `${description} From ${min} to ${max}, or null.`);
}
