import { Problem } from "../../problem.ts";
import type { AccountChange, RefreshPolicy } from "../account.ts";
import { POLICY_LIMITS } from "./refresh-limits.ts";
import type { RefreshRules } from "./refresh-times.ts";
import type { Provider } from "../providers/provider.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import { phrase } from "../../said/phrase.ts";

const LIMITED = ["refresh_buffer_ms", "refresh_buffer_share", "idle_interval_ms"] as const;

/** What decides when a token is due: the person's policy, and what the provider needs. */
export function rulesOf(policy: Omit<RefreshPolicy, "automatic_refresh">, provider: Provider): RefreshRules {
  return {
    bufferMs: policy.refresh_buffer_ms ?? (policy.refresh_buffer_share === null ? provider.refreshBufferMs : null),
    bufferShare: policy.refresh_buffer_share,
    idleIntervalMs: policy.idle_interval_ms ?? provider.idleIntervalMs,
  };
}

export function policyOf(row: AccountRow): RefreshPolicy {
  const { automatic_refresh, refresh_buffer_ms, refresh_buffer_share, idle_interval_ms } = row;
  return { automatic_refresh: automatic_refresh === 1, refresh_buffer_ms, refresh_buffer_share, idle_interval_ms };
}

/**
 * The policy after a change. One kind of buffer takes the other's place.
 * @throws Problem `bad_request` with the field
 */
export function changedPolicy(policy: RefreshPolicy, change: AccountChange): RefreshPolicy {
  for (const field of LIMITED) {
    const value = change[field] ?? null;
    const { min, max } = POLICY_LIMITS[field];
    if (value !== null && !(value >= min && value <= max)) {
      throw new Problem("bad_request", phrase("refresh_limit", { field, min, max }), { field });
    }
  }
  const { refresh_buffer_ms: ms, refresh_buffer_share: share } = change;
  if (typeof ms === "number" && typeof share === "number") {
    throw new Problem("bad_request", phrase("refresh_one_buffer"), {
      field: "refresh_buffer_share",
    });
  }
  return {
    automatic_refresh: change.automatic_refresh ?? policy.automatic_refresh,
    refresh_buffer_ms: typeof share === "number" ? null : ms === undefined ? policy.refresh_buffer_ms : ms,
    refresh_buffer_share: typeof ms === "number" ? null : share === undefined ? policy.refresh_buffer_share : share,
    idle_interval_ms: change.idle_interval_ms === undefined ? policy.idle_interval_ms : change.idle_interval_ms,
  };
}

export function samePolicy(a: RefreshPolicy, b: RefreshPolicy): boolean {
  return a.automatic_refresh === b.automatic_refresh && LIMITED.every((field) => a[field] === b[field]);
}
