import { DEFAULT_SETTINGS, SETTINGS_SHAPE } from "../settings/cloud-settings.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import { amount, flag } from "../settings/rules.ts";
import type { Shape } from "../settings/rules.ts";

/** How the simulated Yoto cloud behaves, until somebody changes it. */
export interface YotoSettings extends Pick<
  CloudSettings,
  "access_token_life_s" | "rotation_grace_ms" | "reuse_detection" | "clock_skew_ms" | "outage"
> {
  /** A refresh token that nobody uses for so long is dead. */
  readonly idle_life_s: number;
  /** How long a person may take to enter the code. */
  readonly device_code_life_s: number;
  /** The pause between two polls; who asks sooner is told to slow down. */
  readonly interval_s: number;
  /** Both endpoints have moved: at their old addresses is nothing, and the discovery document names the new ones. */
  readonly moved: boolean;
}

export const YOTO_SETTINGS: YotoSettings = {
  access_token_life_s: 24 * 3600,
  idle_life_s: 24 * 3600,
  device_code_life_s: 900,
  interval_s: 5,
  rotation_grace_ms: 0,
  reuse_detection: true,
  moved: false,
  clock_skew_ms: 0,
  outage: false,
};

export const YOTO_SETTINGS_SHAPE: Shape<YotoSettings> = {
  access_token_life_s: amount,
  idle_life_s: amount,
  device_code_life_s: amount,
  interval_s: amount,
  rotation_grace_ms: SETTINGS_SHAPE.rotation_grace_ms,
  reuse_detection: flag,
  moved: flag,
  clock_skew_ms: SETTINGS_SHAPE.clock_skew_ms,
  outage: flag,
};

/** As the parts that it shares with the simulated U-tec cloud want them: each refresh replaces the refresh token. */
export function sharedSettings({ idle_life_s, ...settings }: YotoSettings): CloudSettings {
  return { ...DEFAULT_SETTINGS, ...settings, refresh_token: "rotate", refresh_token_life_s: idle_life_s };
}
