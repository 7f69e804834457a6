import type { RefreshPolicy } from "../../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { say } from "../language/words.ts";
import { REFRESH_LIMITS } from "../../../../src/keeper/schedule/refresh-limits.ts";
import type { Range } from "../../../../src/keeper/schedule/refresh-limits.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A refresh policy as it is typed. */
export interface RefreshDraft {
  readonly automatic: boolean;
  readonly buffer: "plan" | "minutes" | "percent";
  /** Minutes or percent; empty for the plan. */
  readonly amount: string;
  /** Empty: as often as the provider needs it. */
  readonly idleHours: string;
}

export type RefreshField = "amount" | "idleHours";
export type RefreshMistakes = Partial<Readonly<Record<RefreshField, string>>>;

export function draftOf(policy: RefreshPolicy): RefreshDraft {
  const { automatic_refresh: automatic, refresh_buffer_ms, refresh_buffer_share, idle_interval_ms } = policy;
  const idleHours = idle_interval_ms === null ? "" : shown(idle_interval_ms / HOUR_MS);
  if (refresh_buffer_share !== null) {
    return { automatic, buffer: "percent", amount: shown(refresh_buffer_share * 100), idleHours };
  }
  return refresh_buffer_ms === null
    ? { automatic, buffer: "plan", amount: "", idleHours }
    : { automatic, buffer: "minutes", amount: shown(refresh_buffer_ms / MINUTE_MS), idleHours };
}

/** What is wrong with a draft, by field; empty when it can be saved. */
export function mistakesIn({ buffer, amount, idleHours }: RefreshDraft): RefreshMistakes {
  const { hours } = REFRESH_LIMITS;
  const range = REFRESH_LIMITS[buffer === "minutes" ? "minutes" : "percent"];
  return {
    ...(buffer === "plan" || within(amount, range)
      ? {}
      : { amount: say("accounts.refresh_mistake_amount", { ...range }) }),
    ...(idleHours.trim() === "" || within(idleHours, hours)
      ? {}
      : { idleHours: say("accounts.refresh_mistake_idle", { ...hours }) }),
  };
}

/** The policy that a draft without mistakes means. */
export function policyOf({ automatic, buffer, amount, idleHours }: RefreshDraft): RefreshPolicy {
  return {
    automatic_refresh: automatic,
    refresh_buffer_ms: buffer === "minutes" ? numberIn(amount) * MINUTE_MS : null,
    refresh_buffer_share: buffer === "percent" ? numberIn(amount) / 100 : null,
    idle_interval_ms: idleHours.trim() === "" ? null : numberIn(idleHours) * HOUR_MS,
  };
}

/** What of a provider says when the tokens of its accounts are refreshed, where these do not say otherwise. */
export type RefreshNeeds = Pick<ProviderDescription, "refresh_buffer_ms" | "idle_interval_ms">;

/** When the account is refreshed, as the beginning of no longer sentence. */
export function refreshRule(account: RefreshPolicy, provider: RefreshNeeds | null): string {
  const { automatic, buffer, amount, idleHours } = draftOf(account);
  if (!automatic) return say("accounts.rule_by_hand");
  const when = {
    plan: usualTime(provider),
    minutes: say("accounts.rule_minutes", { minutes: amount }),
    percent: say("accounts.rule_percent", { percent: amount }),
  }[buffer];
  const hours = idleHours === "" ? usualHours(provider) : idleHours;
  return hours === null ? when : say("accounts.rule_with_hours", { rule: when, hours });
}

/** When a token is refreshed where its account does not say it. */
export function usualTime(provider: RefreshNeeds | null): string {
  // A cloud that is not known (yet).
  if (provider === null) return say("accounts.rule_good_time");
  const { refresh_buffer_ms: ms } = provider;
  return ms === null ? say("accounts.rule_plan") : say("accounts.rule_minutes", { minutes: shown(ms / MINUTE_MS) });
}

/** Within how many hours the cloud wants its grants used; null where it does not matter to it. */
export function usualHours(provider: RefreshNeeds | null): string | null {
  const ms = provider?.idle_interval_ms ?? null;
  return ms === null ? null : shown(ms / HOUR_MS);
}

/** Without the noise of binary fractions. */
function shown(number: number): string {
  return String(Number(number.toFixed(2)));
}

/** NaN for what is no number. */
function numberIn(text: string): number {
  const trimmed = text.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : NaN;
}

function within(text: string, { min, max }: Range): boolean {
  const number = numberIn(text);
  return number >= min && number <= max;
}
