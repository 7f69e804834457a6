import type { JsonObject } from "../json.ts";
import type { AccountChange, ClientDetails, RefreshPolicy } from "../keeper/account.ts";
import { FORMER_UTEC_HOSTS } from "../keeper/providers/utec.ts";
import { Refusal } from "./requests/refusal.ts";

/** Base addresses of the cloud that the gateway calls. */
export interface GatewayAddresses {
  readonly api: string;
  readonly oauth: string;
}

export interface ReadConfiguration {
  readonly details: Partial<ClientDetails>;
  readonly policy: Partial<RefreshPolicy>;
  /** What can't be set here, a sentence each. */
  readonly notTaken: string[];
}

/** The same thing in A and in B and C, by its name here. */
const DETAILS = new Map<string, keyof ClientDetails>([
  ["access_key", "client_id"],
  ["secret_key", "client_secret"],
  ["redirect_url", "redirect_uri"],
  ["redirect_uri", "redirect_uri"],
]);
const ADDRESSES = new Map<string, keyof GatewayAddresses>([
  ["base_url", "api"],
  ["api_base_url", "api"],
  ["oauth_base_url", "oauth"],
]);
/** What an old gateway can be told, and which setting tells ours. */
const ELSEWHERE = new Map([
  ["status_poll_seconds", "poll_interval"],
  ["status_poll_interval", "poll_interval"],
  ["log_level", "log_level"],
]);

export interface PresentConfiguration {
  readonly addresses: GatewayAddresses;
  /** By the names of the settings. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly mask: string;
}

/**
 * Reads a configuration as any generation is sent it. Null, empty and masked values change nothing.
 * @throws Refusal 422 for a value of the wrong type, 400 for another cloud
 */
export function readConfiguration(
  written: JsonObject,
  { addresses, settings, mask }: PresentConfiguration,
): ReadConfiguration {
  const details: Record<string, string> = {};
  const policy: { -readonly [Name in keyof RefreshPolicy]?: RefreshPolicy[Name] } = {};
  const notTaken: string[] = [];
  for (const [key, value] of Object.entries(written)) {
    if (value === null || value === "" || value === mask) continue;
    const detail = DETAILS.get(key);
    const address = ADDRESSES.get(key);
    const elsewhere = ELSEWHERE.get(key);
    if (detail !== undefined) details[detail] = text(key, value);
    else if (address !== undefined) assertSame(key, text(key, value), addresses[address]);
    else if (elsewhere !== undefined) {
      // Who sends back what was read asks for nothing.
      if (text(key, value).trim() !== String(settings[elsewhere])) {
        notTaken.push(`${key} is not set here, but by the setting ${elsewhere}.`);
      }
    } else if (key === "auto_refresh_enabled") policy.automatic_refresh = flag(key, value);
    else if (key === "refresh_buffer_minutes") {
      policy.refresh_buffer_ms = minutes(key, value) * 60_000;
      policy.refresh_buffer_share = null;
    }
  }
  return { details: details satisfies AccountChange, policy, notTaken };
}

/** The secret goes to the cloud that the gateway was set up for, and nowhere else, whoever on the network asks. */
function assertSame(key: string, written: string, ours: string): void {
  const url = URL.parse(written.includes("://") ? written : `https://${written}`);
  const isFormer = url !== null && FORMER_UTEC_HOSTS.has(url.host);
  const isOurs = url !== null && url.origin === new URL(ours).origin;
  if (isFormer || isOurs) return;
  const setting = key === "oauth_base_url" ? "UTEC_GATEWAY_OAUTH_URL" : "UTEC_GATEWAY_API_URL";
  throw new Refusal(400, `${key} can't be changed here: another cloud is named by ${setting}, and a restart.`);
}

function text(key: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new Refusal(422, `${key} must be a text.`);
}

function flag(key: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "on" || value === "1") return true;
  if (value === "false" || value === "off" || value === "0") return false;
  throw new Refusal(422, `${key} must be true or false.`);
}

function minutes(key: string, value: unknown): number {
  const number = typeof value === "string" ? Number(value.trim()) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0) return number;
  throw new Refusal(422, `${key} must be a whole number of minutes.`);
}
