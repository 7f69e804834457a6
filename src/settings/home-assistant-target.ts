import { pastedValue } from "../pasted.ts";
import type { SettingFields } from "./setting-fields.ts";
import type { SettingGroup } from "./setting.ts";
import { phrase } from "../said/phrase.ts";

export interface HomeAssistantTarget {
  readonly kind: "supervisor" | "direct";
  /** `http(s)://` base URL: the Supervisor's, or Home Assistant's own. */
  readonly url: string;
  readonly token: string;
}

export const HOME_ASSISTANT_SETTINGS = {
  url: { variable: "HOME_ASSISTANT_URL", option: null, kind: "url" },
  token: { variable: "HOME_ASSISTANT_TOKEN", option: null, kind: "secret" },
} as const satisfies SettingGroup;

/** Set by the Supervisor, or by who plays it. */
const SUPERVISOR_URL = { variable: "SUPERVISOR_URL", option: null, kind: "url" } as const;

/** Home Assistant as the environment names it; null where it does not. */
export function directTarget(fields: SettingFields): HomeAssistantTarget | null {
  const { url: urlSetting, token: tokenSetting } = HOME_ASSISTANT_SETTINGS;
  const url = fields.url(urlSetting);
  const pasted = fields.secret(tokenSetting);
  const token = pasted === null ? null : pastedValue("token", pasted);
  if (token !== null) fields.hide(token);
  if (url !== null && token !== null) return { kind: "direct", url, token };
  if (url !== null) {
    fields.problem(tokenSetting, phrase("setting_no_token"));
  } else if (token !== null) {
    fields.problem(urlSetting, phrase("setting_no_url"));
  }
  return null;
}

export function supervisorTarget(fields: SettingFields, token: string): HomeAssistantTarget {
  return { kind: "supervisor", url: fields.url(SUPERVISOR_URL) ?? "http://supervisor", token };
}
