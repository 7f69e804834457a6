/** How an account of a provider gets its tokens. All but the first two need no person once they are set up. */
export const GRANTS = [
  "authorization_code",
  "device_code",
  "client_credentials",
  "password",
  "basic",
  "static",
] as const;
export type Grant = (typeof GRANTS)[number];

/** Accounts with this grant begin with a person in a browser, here or on another device. */
export function needsBrowser({ grant }: { readonly grant: Grant }): boolean {
  return grant === "authorization_code" || grant === "device_code";
}
