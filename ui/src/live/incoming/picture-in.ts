import type { AccountState, GatewayState, LinkState } from "../../../../src/state/picture.ts";
import { isObject, objectsIn, textIn, withNulls } from "./reading.ts";
import type { Raw } from "./reading.ts";

const MAY_BE_NULL = [
  "cloud_user",
  "device_code",
  "expires_at",
  "expiry_source",
  "grant",
  "idle_interval_ms",
  "incident",
  "last_attempt_at",
  "last_error",
  "last_success_at",
  "left_options_at",
  "next_refresh_at",
  "no_token_since_at",
  "obtained_at",
  "reason",
  "refresh_buffer_ms",
  "refresh_buffer_share",
  "refresh_expires_at",
  "sign_in_ends_at",
] as const satisfies readonly (keyof AccountState)[];

export function accountsIn(raw: unknown): readonly AccountState[] {
  return objectsIn(raw).map((account) => ({
    ...(withNulls(account, MAY_BE_NULL) as unknown as AccountState),
    name: textIn(account["name"], textIn(account["id"], "")),
    status: textIn(account["status"], "unknown") as AccountState["status"],
    recent: Array.isArray(account["recent"]) ? (account["recent"] as AccountState["recent"]) : [],
    attempts: Array.isArray(account["attempts"]) ? (account["attempts"] as AccountState["attempts"]) : [],
  }));
}

export function gatewayIn(raw: Raw): GatewayState {
  const { clouds, problems } = raw;
  return {
    ...(withNulls(raw, ["calls_last_hour"]) as unknown as GatewayState),
    version: textIn(raw["version"], ""),
    link: linkIn(raw["link"]),
    clouds: isObject(clouds) ? (clouds as GatewayState["clouds"]) : {},
    problems: Array.isArray(problems) ? (problems as GatewayState["problems"]) : [],
  };
}

function linkIn(raw: unknown): LinkState {
  const link = isObject(raw) ? raw : {};
  return {
    ...(withNulls(link, ["home_assistant_version", "integration_version", "set_up"]) as unknown as LinkState),
    status: textIn(link["status"], "connecting") as LinkState["status"],
    message: textIn(link["message"], ""),
  };
}
