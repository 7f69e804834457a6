import { STANDARD, apiAt } from "./provider.ts";
import type { Provider } from "./provider.ts";

export interface YotoUrls {
  /** Base URL of a cloud that has sign-in, tokens and API in one place, as the simulated one. Default: the Yoto cloud. */
  readonly yotoUrl?: string | null;
}

/**
 * The Yoto cloud. Its clients are public ones, its refresh tokens rotate, and a grant that nobody uses for a day is
 * gone. People sign in on another device, by a code; an account may also begin with a refresh token that another program
 * was given.
 */
export function yotoProvider({ yotoUrl = null }: YotoUrls = {}): Provider {
  const oauthUrl = yotoUrl ?? "https://login.yotoplay.com";
  return {
    ...STANDARD,
    id: "yoto",
    label: "the Yoto cloud",
    grant: "device_code",
    title: "Yoto",
    purpose: "Yoto players and cards: a sign-in that is kept alive while nobody plays.",
    fields: {
      required: ["client_id"],
      optional: ["refresh_token", "kept_answers_s"],
      help: { client_id: "As Yoto's developer dashboard shows it for your application." },
    },
    tokenUrl: `${oauthUrl}/oauth/token`,
    deviceAuthorizationUrl: `${oauthUrl}/oauth/device/code`,
    scope: "profile offline_access",
    audience: "https://api.yotoplay.com",
    clientAuthentication: "none",
    defaultLifeMs: 24 * 3_600_000,
    idleIntervalMs: 12 * 3_600_000,
    api: apiAt(yotoUrl ?? "https://api.yotoplay.com"),
  };
}
