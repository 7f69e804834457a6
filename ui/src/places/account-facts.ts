import { html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { isRenewable } from "../live/providers.ts";
import { atMoment, untilMoment } from "../parts/basics/when.ts";
import { refreshRule } from "../words/refresh-policy.ts";
import { expirySource, isSignedIn } from "../words/token-status.ts";

interface Facts {
  readonly account: AccountState;
  /** Null for a cloud that is not known (yet). */
  readonly provider: ProviderDescription | null;
  readonly now: number;
  /** Whether this person may read whose sign-in it is. */
  readonly readsActivity: boolean;
}

/** What there is to know of an account: whose it is, of which cloud, and how its token fares. */
export function accountFacts({ account, provider, now, readsActivity }: Facts): TemplateResult {
  return html`<dl>
    ${fact("Cloud", account.provider_label)}
    ${readsActivity ? [...user(account), ...configuration(account, provider)] : null} ${signInUnderWay(account, now)}
    ${isRenewable(account) ? fact("Refreshed", refreshRule(account, provider)) : null}
    ${
      account.expires_at === null
        ? null
        : fact("Token expires", html`${untilMoment(account.expires_at, now)}${expirySource(account)}`)
    }
    ${
      account.incident?.closed_at === null
        ? fact("Needs attention since", atMoment(account.incident.opened_at, now))
        : null
    }
    ${isRenewable(account) ? past(account, now) : null}
  </dl>`;
}

/** Everybody learns of it; its code is in the wizard. */
function signInUnderWay({ device_code: code }: AccountState, now: number): TemplateResult | null {
  if (code === null || code.expires_at <= now) return null;
  return fact("Sign-in under way", html`on another device; its code ends ${untilMoment(code.expires_at, now)}`);
}

function past(account: AccountState, now: number): readonly TemplateResult[] {
  const { last_success_at: last, refresh_count, failure_count } = account;
  return [
    fact("Last refresh", last === null ? "never" : atMoment(last, now)),
    fact("Refreshes", `${refresh_count} done, ${failure_count} failed`),
  ];
}

/** Where nobody signs in, nobody is signed in. */
function user(account: AccountState): readonly TemplateResult[] {
  if (account.cloud_user === null && !account.has_devices) return [];
  return [fact("Signed in as", account.cloud_user ?? (isSignedIn(account) ? "not reported by the cloud" : "nobody"))];
}

/** The values that an account of this cloud has, as far as they may be shown. */
function configuration(account: AccountState, provider: ProviderDescription | null): readonly TemplateResult[] {
  const { client_id, client_secret_set, redirect_uri } = account;
  const rows: readonly (readonly [field: string, label: string, value: string])[] = [
    ["client_id", "Client ID", client_id],
    ["client_secret", "Client Secret", client_secret_set ? "already set" : ""],
    ["redirect_uri", "Redirect URI", redirect_uri],
  ];
  const needed = (name: string): boolean =>
    provider === null ? account.has_devices : provider.fields.some((field) => field.name === name && field.required);
  return rows
    .filter(([field, , value]) => value !== "" || needed(field))
    .map(([, label, value]) => fact(label, value || "missing"));
}

function fact(term: string, value: TemplateResult | string): TemplateResult {
  return html`<dt>${term}</dt>
    <dd>${value}</dd>`;
}
