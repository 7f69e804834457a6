/** One setting: what it is called in each source, what it may be, and what counts without it. */
export type Setting =
  | TextSetting
  | UrlSetting
  | SecretSetting
  | FlagSetting
  | NumberSetting
  | PortSetting
  | ChoiceSetting
  | BufferSetting;

export interface SettingNames {
  /** In the environment and in `.env`. */
  readonly variable: string;
  /** In the add-on's options; null where it can't be set there. */
  readonly option: string | null;
}

export interface TextSetting extends SettingNames {
  readonly kind: "text";
  readonly otherwise: string | null;
}

export interface UrlSetting extends SettingNames {
  readonly kind: "url";
}

/** Never printed. A password is taken as it is, spaces included; a secret is trimmed. */
export interface SecretSetting extends SettingNames {
  readonly kind: "secret" | "password";
}

export interface FlagSetting extends SettingNames {
  readonly kind: "flag";
  readonly otherwise: boolean;
}

/** A whole number. */
export interface NumberSetting extends SettingNames {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly otherwise: number | null;
}

export interface PortSetting extends SettingNames {
  readonly kind: "port";
  readonly otherwise: number;
}

export interface ChoiceSetting extends SettingNames {
  readonly kind: "choice";
  readonly allowed: readonly string[];
  readonly otherwise: string;
}

/** Minutes, or a percentage with its sign. */
export interface BufferSetting extends SettingNames {
  readonly kind: "buffer";
}

/** The definitions of a group of settings, by the names that the code has for them. */
export type SettingGroup = Readonly<Record<string, Setting>>;
