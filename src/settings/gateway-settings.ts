import { resolve } from "node:path";
import { LOG_LEVELS } from "../log.ts";
import type { LogLevel } from "../log.ts";
import { isLoopback } from "../loopback.ts";
import { Problem } from "../problem.ts";
import type { SettingFields } from "./setting-fields.ts";
import type { SettingGroup } from "./setting.ts";
import { phrase } from "../said/phrase.ts";

/** Where the gateway runs, whom it lets in, which cloud it calls, and how it logs. */
export interface GatewaySettings {
  readonly dataFolder: string;
  /** Home Assistant's configuration folder, where the integration is installed. */
  readonly homeAssistantConfig: string;
  /** Where uteclocal's config is looked for, a folder or the file; null is the data folder. */
  readonly importFrom: string | null;
  readonly host: string;
  readonly port: number;
  /** Where clients' requests are passed on to APIs, once there is a client. */
  readonly brokerPort: number;
  /** Asked of everybody; standalone only. */
  readonly password: string | null;
  /** Whether those who are no administrators of Home Assistant may read what happened; behind ingress only. */
  readonly membersReadActivity: boolean;
  /** Base URLs that replace those of the clouds (simulated ones); null is the real one. */
  readonly oauthUrl: string | null;
  readonly apiUrl: string | null;
  readonly yotoUrl: string | null;
  readonly wattTimeUrl: string | null;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
}

export const GATEWAY_SETTINGS = {
  data: { variable: "UTEC_GATEWAY_DATA", option: null, kind: "text", otherwise: ".data" },
  home_assistant_config: {
    variable: "UTEC_GATEWAY_HOME_ASSISTANT_CONFIG",
    option: null,
    kind: "text",
    otherwise: "/homeassistant",
  },
  import: { variable: "UTEC_GATEWAY_IMPORT", option: null, kind: "text", otherwise: null },
  host: { variable: "UTEC_GATEWAY_HOST", option: null, kind: "text", otherwise: "127.0.0.1" },
  port: { variable: "UTEC_GATEWAY_PORT", option: null, kind: "port", otherwise: 8099 },
  broker_port: { variable: "UTEC_GATEWAY_BROKER_PORT", option: null, kind: "port", otherwise: 8097 },
  password: { variable: "UTEC_GATEWAY_PASSWORD", option: null, kind: "password" },
  members_read_activity: {
    variable: "UTEC_GATEWAY_MEMBERS_READ_ACTIVITY",
    option: "members_read_activity",
    kind: "flag",
    otherwise: false,
  },
  oauth_url: { variable: "UTEC_GATEWAY_OAUTH_URL", option: null, kind: "url" },
  api_url: { variable: "UTEC_GATEWAY_API_URL", option: null, kind: "url" },
  yoto_url: { variable: "UTEC_GATEWAY_YOTO_URL", option: null, kind: "url" },
  watttime_url: { variable: "UTEC_GATEWAY_WATTTIME_URL", option: null, kind: "url" },
  log_level: {
    variable: "UTEC_GATEWAY_LOG_LEVEL",
    option: "log_level",
    kind: "choice",
    allowed: LOG_LEVELS,
    otherwise: "info",
  },
  log_format: {
    variable: "UTEC_GATEWAY_LOG_FORMAT",
    option: null,
    kind: "choice",
    allowed: ["text", "json"],
    otherwise: "text",
  },
} as const satisfies SettingGroup;

/** @throws Problem `settings_invalid` when running is impossible or unsafe */
export function readGatewaySettings(fields: SettingFields): GatewaySettings {
  const host = fields.text(GATEWAY_SETTINGS.host);
  const password = fields.password(GATEWAY_SETTINGS.password);
  if (host !== "localhost" && !isLoopback(host) && password === null) {
    throw new Problem("settings_invalid", phrase("setting_host_open", { host }), { field: "UTEC_GATEWAY_PASSWORD" });
  }
  return {
    dataFolder: resolve(fields.text(GATEWAY_SETTINGS.data)),
    homeAssistantConfig: resolve(fields.text(GATEWAY_SETTINGS.home_assistant_config)),
    importFrom: readPath(fields.text(GATEWAY_SETTINGS.import)),
    host,
    password,
    membersReadActivity: fields.flag(GATEWAY_SETTINGS.members_read_activity),
    ...readAddresses(fields),
    logLevel: fields.choice(GATEWAY_SETTINGS.log_level),
    logFormat: fields.choice(GATEWAY_SETTINGS.log_format),
  };
}

/** As an add-on: what is no option comes from the image's environment, and the Supervisor decides who is let in. */
export function readAddonSettings(options: SettingFields, environment: SettingFields): GatewaySettings {
  return {
    dataFolder: resolve(environment.text({ ...GATEWAY_SETTINGS.data, otherwise: "/data" })),
    homeAssistantConfig: resolve(environment.text(GATEWAY_SETTINGS.home_assistant_config)),
    importFrom: readPath(environment.text(GATEWAY_SETTINGS.import)),
    host: environment.text({ ...GATEWAY_SETTINGS.host, otherwise: "0.0.0.0" }),
    password: null,
    membersReadActivity: options.flag(GATEWAY_SETTINGS.members_read_activity),
    ...readAddresses(environment),
    logLevel: options.choice(GATEWAY_SETTINGS.log_level),
    logFormat: "text",
  };
}

function readPath(path: string | null): string | null {
  return path === null ? null : resolve(path);
}

type Addresses = Pick<GatewaySettings, "port" | "brokerPort" | "oauthUrl" | "apiUrl" | "yotoUrl" | "wattTimeUrl">;

function readAddresses(fields: SettingFields): Addresses {
  return {
    port: fields.port(GATEWAY_SETTINGS.port),
    brokerPort: fields.port(GATEWAY_SETTINGS.broker_port),
    oauthUrl: fields.url(GATEWAY_SETTINGS.oauth_url),
    apiUrl: fields.url(GATEWAY_SETTINGS.api_url),
    yotoUrl: fields.url(GATEWAY_SETTINGS.yoto_url),
    wattTimeUrl: fields.url(GATEWAY_SETTINGS.watttime_url),
  };
}
