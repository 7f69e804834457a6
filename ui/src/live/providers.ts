import type { AccountState } from "../../../src/keeper/account.ts";

/** A field of a provider's accounts, as `GET api/providers` describes it. */
export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly kind: "text" | "url" | "choice";
  /** What is allowed of a choice, the usual one first; else empty. */
  readonly values: readonly string[];
  readonly secret: boolean;
  readonly required: boolean;
  /** The grants with which it means something. */
  readonly grants: readonly string[];
  /** The grants that can't do without it. */
  readonly required_for: readonly string[];
  /** What counts without it, where that can be told. */
  readonly default: string | null;
}

/** A cloud whose tokens the gateway keeps, and what an account of it needs. */
export interface ProviderDescription {
  readonly id: string;
  readonly label: string;
  /** What its accounts are for, in one sentence. */
  readonly purpose: string;
  /** The ways in which its accounts get tokens, the usual one first. */
  readonly grants: readonly string[];
  readonly fields: readonly FieldDescription[];
  /** Fields that belong together: an account has one of these sets, whole. */
  readonly one_of?: readonly (readonly string[])[];
}

/** What was typed of an account, by the field's name. */
export type Typed = Readonly<Partial<Record<string, string>>>;

/** A sign-in that somebody finishes on another device (RFC 8628). */
export interface DeviceCode {
  readonly user_code: string;
  readonly verification_uri: string;
  /** With the code in it, where the cloud gives that. */
  readonly verification_uri_complete: string | null;
  /** Epoch ms. */
  readonly expires_at: number;
}

/** One address that a login was tried at, and what it said. */
export interface LoginAttempt {
  readonly url: string;
  readonly format: string;
  readonly outcome: string;
  readonly message: string;
}

/** An account with how far its sign-in is, where its grant has something to say of that. */
export type SigningIn = AccountState & {
  readonly device_code?: DeviceCode | null;
  readonly attempts?: readonly LoginAttempt[] | null;
};

/** The clouds that have locks; their accounts have devices, and the wizard knows the way through their app. */
const LOCK_CLOUDS: ReadonlySet<string> = new Set(["utec"]);

export function hasLocks(providerId: string): boolean {
  return LOCK_CLOUDS.has(providerId);
}

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

export function signInWay(account: SigningIn, provider: ProviderDescription | null): SignInWay {
  if (hasLocks(account.provider)) return "browser";
  if (account.device_code) return "device_code";
  const grants = provider?.grants ?? [];
  if (grants.includes("authorization_code") && account.redirect_uri !== "") return "browser";
  const waits = grants.length === 1 || account.status === "sign_in_needed";
  return grants.includes("device_code") && waits ? "device_code" : "alone";
}
