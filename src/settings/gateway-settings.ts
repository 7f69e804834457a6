import { LOG_LEVELS } from "../log.ts";
import type { SettingGroup } from "./setting.ts";

/** Where the gateway runs, whom it lets in, which cloud it calls, and how it logs. */
export const GATEWAY_SETTINGS = {
  data: { variable: "UTEC_GATEWAY_DATA", option: null, kind: "text", otherwise: ".data" },
  host: { variable: "UTEC_GATEWAY_HOST", option: null, kind: "text", otherwise: "127.0.0.1" },
  port: { variable: "UTEC_GATEWAY_PORT", option: null, kind: "port", otherwise: 8099 },
  password: { variable: "UTEC_GATEWAY_PASSWORD", option: null, kind: "password" },
  oauth_url: { variable: "UTEC_GATEWAY_OAUTH_URL", option: null, kind: "url" },
  api_url: { variable: "UTEC_GATEWAY_API_URL", option: null, kind: "url" },
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
