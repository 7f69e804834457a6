import type { RefreshPolicy } from "../keeper/account.ts";
import { REFRESH_LIMITS } from "../keeper/schedule/refresh-limits.ts";
import type { SettingFields } from "./setting-fields.ts";
import type { SettingGroup } from "./setting.ts";

/** When tokens are refreshed: for all accounts, and in the options for one of them. */
export const REFRESH_SETTINGS = {
  automatic_refresh: {
    variable: "UTEC_GATEWAY_AUTOMATIC_REFRESH",
    option: "automatic_refresh",
    kind: "flag",
    otherwise: true,
  },
  refresh_buffer: { variable: "UTEC_GATEWAY_REFRESH_BUFFER", option: "refresh_buffer", kind: "buffer" },
  idle_interval: {
    variable: "UTEC_GATEWAY_IDLE_INTERVAL",
    option: "idle_interval",
    kind: "number",
    ...REFRESH_LIMITS.hours,
    unit: "hours",
    otherwise: null,
  },
} as const satisfies SettingGroup;

export const REFRESH_DEFAULTS: RefreshPolicy = {
  automatic_refresh: REFRESH_SETTINGS.automatic_refresh.otherwise,
  refresh_buffer_ms: null,
  refresh_buffer_share: null,
  idle_interval_ms: null,
};

/** @param otherwise for what is not set, or wrong */
export function readRefreshSettings(fields: SettingFields, otherwise: RefreshPolicy): RefreshPolicy {
  const hours = fields.number(REFRESH_SETTINGS.idle_interval);
  return {
    automatic_refresh: fields.flag(REFRESH_SETTINGS.automatic_refresh, otherwise.automatic_refresh),
    ...(readBuffer(fields) ?? {
      refresh_buffer_ms: otherwise.refresh_buffer_ms,
      refresh_buffer_share: otherwise.refresh_buffer_share,
    }),
    idle_interval_ms: hours === null ? otherwise.idle_interval_ms : hours * 3_600_000,
  };
}

/** Minutes (`30`), or a share of the life (`20%`). */
function readBuffer(fields: SettingFields): Pick<RefreshPolicy, "refresh_buffer_ms" | "refresh_buffer_share"> | null {
  const text = fields.written(REFRESH_SETTINGS.refresh_buffer);
  if (text === undefined) return null;
  const [, digits, sign] = /^(\d{1,5}) ?(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  const { minutes, percent } = REFRESH_LIMITS;
  const range = sign === "%" ? percent : minutes;
  if (number >= range.min && number <= range.max) {
    return sign === "%"
      ? { refresh_buffer_ms: null, refresh_buffer_share: number / 100 }
      : { refresh_buffer_ms: number * 60_000, refresh_buffer_share: null };
  }
  const name = fields.nameOf(REFRESH_SETTINGS.refresh_buffer);
  fields.problem(
    name,
    `${name} must be minutes from ${minutes.min} to ${minutes.max}, or a share of the life from ${percent.min}% to ${percent.max}%; the default is used.`,
  );
  return null;
}
