import type { AccountState } from "../../../src/keeper/account-state.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";

/** What was typed of an account, by the field's name. */
export type Typed = Readonly<Partial<Record<string, string>>>;

/** Null for a cloud that is not known (yet). */
export function providerOf(providers: readonly ProviderDescription[] | null, id: string): ProviderDescription | null {
  return providers?.find((provider) => provider.id === id) ?? null;
}

/** False for tokens that were made elsewhere. A cloud that is not known (yet) is asked. */
export function isRenewable(provider: ProviderDescription | null): boolean {
  return provider === null || !provider.grants.includes("static");
}

/** How somebody signs in: in the browser, on another device, or not at all, since the gateway does it alone. */
export type SignInWay = "browser" | "device_code" | "alone";

export function signInWay(account: AccountState, provider: ProviderDescription | null): SignInWay {
  if (account.has_devices) return "browser";
  if (account.device_code) return "device_code";
  const grants = provider?.grants ?? [];
  if (grants.includes("authorization_code") && account.redirect_uri !== "") return "browser";
  const waits = grants.length === 1 || account.status === "sign_in_needed";
  return grants.includes("device_code") && waits ? "device_code" : "alone";
}
