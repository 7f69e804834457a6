import { described, flag, nullable } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** The properties of a `RefreshPolicy`, in an account and in a change of one. */
export const refreshPolicy = {
  automatic_refresh: described(flag, "False: nothing is called until a person asks for a refresh."),
  refresh_buffer_ms: described(
    nullable({ type: "number" }),
    "Refresh this long before expiry; 60000 to 604800000, or null.",
  ),
  refresh_buffer_share: described(
    nullable({ type: "number" }),
    "The same as a share of the token's life; 0.01 to 0.5, or null. At most one of the two is set.",
  ),
  idle_interval_ms: described(
    nullable({ type: "number" }),
    "Refresh at least this often; 3600000 to 82800000, or null: as often as the provider needs it.",
  ),
} as const satisfies Readonly<Record<string, Schema>>;
