import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/**
 * The Yoto cloud. Its clients are public ones, its refresh tokens rotate, and a grant that nobody uses for a day is
 * gone. An account begins with a refresh token that another program was given.
 */
export function yotoProvider(): Provider {
  const oauthUrl = "https://login.yotoplay.com";
  return {
    ...STANDARD,
    id: "yoto",
    label: "the Yoto cloud",
    title: "Yoto",
    purpose: "Yoto players and cards: a sign-in that is kept alive while nobody plays.",
    fields: {
      required: ["client_id"],
      optional: ["refresh_token"],
      begins: "refresh_token",
      help: { client_id: "As Yoto's developer dashboard shows it for your application." },
    },
    tokenUrl: `${oauthUrl}/oauth/token`,
    scope: "profile offline_access",
    audience: "https://api.yotoplay.com",
    clientAuthentication: "none",
    defaultLifeMs: 24 * 3_600_000,
    idleIntervalMs: 12 * 3_600_000,
  };
}
