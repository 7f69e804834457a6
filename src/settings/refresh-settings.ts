import type { SettingFields } from "./setting-fields.ts";

/** When tokens are refreshed, in the words of the accounts: for all of them, or for one. */
export interface RefreshSettings {
  readonly automatic_refresh: boolean;
  /** Refresh this long before expiry, or when `refresh_buffer_share` (0 to 1) of the life is left; both null: the plan. */
  readonly refresh_buffer_ms: number | null;
  readonly refresh_buffer_share: number | null;
  /** Refresh at least this often; null: as often as the provider needs it. */
  readonly idle_interval_ms: number | null;
}

export const REFRESH_DEFAULTS: RefreshSettings = {
  automatic_refresh: true,
  refresh_buffer_ms: null,
  refresh_buffer_share: null,
  idle_interval_ms: null,
};

const BUFFER_MINUTES = { min: 1, max: 10_080 } as const;
const BUFFER_PERCENT = { min: 1, max: 50 } as const;
const IDLE_HOURS = { min: 1, max: 23 } as const;

/** Reads the three settings, `nameOf` the options' names; what is not set, or wrong, is as in `otherwise`. */
export function readRefreshSettings(
  fields: SettingFields,
  nameOf: (option: "automatic_refresh" | "refresh_buffer" | "idle_interval") => string,
  otherwise: RefreshSettings,
): RefreshSettings {
  const hours = fields.integer(nameOf("idle_interval"), IDLE_HOURS, "hours");
  return {
    automatic_refresh: fields.flag(nameOf("automatic_refresh"), otherwise.automatic_refresh),
    ...(readBuffer(fields, nameOf("refresh_buffer")) ?? {
      refresh_buffer_ms: otherwise.refresh_buffer_ms,
      refresh_buffer_share: otherwise.refresh_buffer_share,
    }),
    idle_interval_ms: hours === undefined ? otherwise.idle_interval_ms : hours * 3_600_000,
  };
}

/** Minutes (`30`), or a share of the life (`20%`). */
function readBuffer(
  fields: SettingFields,
  name: string,
): Pick<RefreshSettings, "refresh_buffer_ms" | "refresh_buffer_share"> | null {
  const text = fields.text(name);
  if (text === undefined) return null;
  const [, digits, sign] = /^(\d{1,5}) ?(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  const range = sign === "%" ? BUFFER_PERCENT : BUFFER_MINUTES;
  if (number >= range.min && number <= range.max) {
    return sign === "%"
      ? { refresh_buffer_ms: null, refresh_buffer_share: number / 100 }
      : { refresh_buffer_ms: number * 60_000, refresh_buffer_share: null };
  }
  fields.problem(
    name,
    `${name} must be minutes from ${BUFFER_MINUTES.min} to ${BUFFER_MINUTES.max}, or a share of the life from ${BUFFER_PERCENT.min}% to ${BUFFER_PERCENT.max}%; the default is used.`,
  );
  return null;
}
