import type { AccountState } from "../../../src/keeper/account-state.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";

/** What was typed of an account, by the field's name. */
export type Typed = Readonly<Partial<Record<string, string>>>;

/** Null for a cloud that is not known (yet). */
export function providerOf(providers: readonly ProviderDescription[] | null, id: string): ProviderDescription | null {
  return providers?.find((provider) => provider.id === id) ?? null;
}

/** False for tokens that were made elsewhere. */
export function isRenewable({ grant }: Pick<AccountState, "grant">): boolean {
  return grant !== "static";
}

/** How somebody signs in: in the browser, on another device, or not at all, since the gateway does it alone. */
export type SignInWay = "browser" | "device_code" | "alone";

export function signInWay({ grant }: Pick<AccountState, "grant">): SignInWay {
  switch (grant) {
    case "authorization_code":
      return "browser";
    case "device_code":
      return "device_code";
    case "client_credentials":
    case "password":
    case "basic":
    case "static":
    case null:
      return "alone";
  }
}
