import { STANDARD, apiAt } from "./provider.ts";
import type { Provider } from "./provider.ts";

export const WATTTIME_URL = "https://api.watttime.org";

export interface WattTimeUrls {
  /** Base URL of login and API. Default: WattTime's own. */
  readonly wattTimeUrl?: string | null;
}

/** WattTime: a login by HTTP Basic gives a JWT of 30 minutes, and nothing to refresh it with; a static token may stand in. */
export function wattTimeProvider({ wattTimeUrl = null }: WattTimeUrls = {}): Provider {
  const url = wattTimeUrl ?? WATTTIME_URL;
  return {
    ...STANDARD,
    id: "watttime",
    label: "WattTime",
    title: "WattTime",
    purpose: "How much carbon the grid's electricity costs at the moment, from WattTime.",
    grant: "basic",
    fields: {
      required: ["username", "password"],
      optional: ["token", "kept_answers_s"],
      help: {
        username: "The user name that you registered at WattTime.",
        password: "Its password.",
        token: "A token that stands in while no login works; it is not renewed.",
      },
    },
    tokenUrl: `${url}/login`,
    defaultLifeMs: 30 * 60_000,
    refreshBufferMs: 5 * 60_000,
    api: apiAt(url),
  };
}
