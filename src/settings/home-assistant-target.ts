import { pastedValue } from "../pasted.ts";
import type { SettingFields } from "./setting-fields.ts";

export interface HomeAssistantTarget {
  readonly kind: "supervisor" | "direct";
  /** `http(s)://` base URL: the Supervisor's, or Home Assistant's own. */
  readonly url: string;
  readonly token: string;
}

/** Home Assistant as the environment names it; null where it does not. */
export function directTarget(fields: SettingFields): HomeAssistantTarget | null {
  const url = fields.url("HOME_ASSISTANT_URL");
  const pasted = fields.secret("HOME_ASSISTANT_TOKEN");
  const token = pasted === undefined ? undefined : pastedValue("token", pasted);
  if (token !== undefined) fields.hide(token);
  if (url !== null && token !== undefined) return { kind: "direct", url, token };
  if (url !== null) {
    fields.problem(
      "HOME_ASSISTANT_TOKEN",
      "HOME_ASSISTANT_URL is set but HOME_ASSISTANT_TOKEN is not: set it to a long-lived access token.",
    );
  } else if (token !== undefined) {
    fields.problem(
      "HOME_ASSISTANT_URL",
      "HOME_ASSISTANT_TOKEN is set but HOME_ASSISTANT_URL is not: set it to Home Assistant's address.",
    );
  }
  return null;
}
