import { html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { isRenewable } from "../live/providers.ts";
import { atMoment, untilMoment } from "../parts/basics/when.ts";
import { refreshRule } from "../words/accounts/refresh-policy.ts";
import { cloudName } from "../words/accounts/clouds.ts";
import { say, sayWith } from "../words/language/words.ts";
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
    ${fact(say("accounts.cloud"), cloudName(account))}
    ${readsActivity ? [...user(account, now), ...missing(account, provider)] : null} ${signInUnderWay(account, now)}
    ${isRenewable(account) ? fact(say("accounts.refreshed"), refreshRule(account, provider)) : null}
    ${
      account.expires_at === null
        ? null
        : fact(say("accounts.expires"), html`${untilMoment(account.expires_at, now)}${expirySource(account)}`)
    }
    ${
      account.incident?.closed_at === null
        ? fact(say("accounts.needs_attention"), atMoment(account.incident.opened_at, now))
        : null
    }
    ${isRenewable(account) ? past(account, now) : null}
  </dl>`;
}

/** Everybody learns of it; its code is in the wizard. */
function signInUnderWay({ device_code: code }: AccountState, now: number): TemplateResult | null {
  if (code === null || code.expires_at <= now) return null;
  return fact(
    say("accounts.under_way"),
    html`${sayWith("accounts.under_way_until", { moment: untilMoment(code.expires_at, now) })}`,
  );
}

function past(account: AccountState, now: number): readonly TemplateResult[] {
  const { last_success_at: last, refresh_count, failure_count } = account;
  return [
    fact(say("accounts.last_refresh"), last === null ? say("accounts.never") : atMoment(last, now)),
    fact(say("accounts.refreshes"), say("accounts.refreshes_counted", { done: refresh_count, failed: failure_count })),
  ];
}

/** What a cloud gives out in place of a name: long, with digits in it, and no address. */
const RAW_ID = /^(?=.*\d)[\w-]{12,}$/;

/** Where nobody signs in, nobody is signed in. */
function user(account: AccountState, now: number): readonly TemplateResult[] {
  const { cloud_user, has_devices, recent } = account;
  if (cloud_user === null && !has_devices) return [];
  if (!isSignedIn(account)) return [fact(say("accounts.signed_in_as"), cloud_user ?? say("accounts.signed_in_nobody"))];
  if (cloud_user !== null && !RAW_ID.test(cloud_user)) return [fact(say("accounts.signed_in_as"), cloud_user)];
  const since = recent.findLast(({ kind }) => kind === "signed_in")?.at;
  return [
    fact(
      say("accounts.signed_in"),
      since === undefined
        ? say("accounts.signed_in_yes")
        : html`${sayWith("accounts.signed_in_since", { moment: atMoment(since, now) })}`,
    ),
  ];
}

/** What an account of this cloud can't be without and has not. */
function missing(account: AccountState, provider: ProviderDescription | null): readonly TemplateResult[] {
  const needed = (name: string): boolean =>
    provider === null ? account.has_devices : provider.fields.some((field) => field.name === name && field.required);
  return KEPT_BY_CLIENT.filter((name) => needed(name) && !isSet(account, name)).map((name) =>
    fact(say(`accounts.fact_${name}`), say("accounts.missing")),
  );
}

const KEPT_BY_CLIENT = ["client_id", "client_secret", "redirect_uri"] as const;

function isSet(account: AccountState, name: (typeof KEPT_BY_CLIENT)[number]): boolean {
  return name === "client_secret" ? account.client_secret_set : account[name] !== "";
}

/** What nobody reads but for comparing it: out of the way, each to be copied. Null where there is none. */
export function accountIds(account: AccountState): TemplateResult | null {
  const { client_id, client_secret_set, redirect_uri, cloud_user } = account;
  const user = cloud_user !== null && RAW_ID.test(cloud_user) ? cloud_user : "";
  if (client_id === "" && redirect_uri === "" && user === "" && !client_secret_set) return null;
  return html`<details class="ids">
    <summary>${say("accounts.ids")}</summary>
    <dl>
      ${[id("user_id", user), id("client_id", client_id)]}
      ${client_secret_set ? fact(say("accounts.fact_client_secret"), say("accounts.secret_set")) : null}
      ${id("redirect_uri", redirect_uri)}
    </dl>
  </details>`;
}

function id(name: "user_id" | "client_id" | "redirect_uri", value: string): TemplateResult | null {
  if (value === "") return null;
  return fact(
    say(`accounts.fact_${name}`),
    html`<code>${value}</code>
      <utec-copy-button .text=${value} label=${say(`accounts.copy_${name}`)}></utec-copy-button>`,
  );
}

function fact(term: string, value: TemplateResult | string): TemplateResult {
  return html`<dt>${term}</dt>
    <dd>${value}</dd>`;
}
