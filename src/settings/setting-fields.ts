import type { Secrets } from "../log.ts";
import { pastedValue, visible } from "../pasted.ts";
import { Problem } from "../problem.ts";
import type { SettingSource } from "./setting-source.ts";
import type {
  ChoiceSetting,
  FlagSetting,
  NumberSetting,
  PortSetting,
  SecretSetting,
  SettingNames,
  TextSetting,
  UrlSetting,
} from "./setting.ts";
import { phrase } from "../said/phrase.ts";
import type { Worded } from "../said/said.ts";

/** A setting that is wrong while the rest runs: named, with what is allowed. */
export interface SettingsProblem extends Worded {
  readonly field: string;
}

/** Reads settings one by one and remembers what is wrong with them; a default stands in for each that is. */
export class SettingFields {
  readonly problems: SettingsProblem[] = [];
  readonly #source: SettingSource;
  readonly #secrets: Secrets;

  constructor(source: SettingSource, secrets: Secrets) {
    this.#source = source;
    this.#secrets = secrets;
  }

  /** What a setting is called in this source. */
  nameOf(setting: SettingNames): string {
    return this.#source.nameOf(setting);
  }

  /** @param field a setting, or a name in the source */
  problem(field: SettingNames | string, message: string): void {
    this.problems.push({ field: typeof field === "string" ? field : this.nameOf(field), message });
  }

  text<const S extends TextSetting>(setting: S): string | S["otherwise"] {
    return this.written(setting) ?? setting.otherwise;
  }

  /** Text that is never to be printed. */
  secret(setting: SecretSetting): string | null {
    const value = this.written(setting) ?? null;
    if (value !== null) this.#secrets.add(value);
    return value;
  }

  /** Keeps what a secret is meant to be out of the log, beside what was written of it. */
  hide(secret: string): void {
    this.#secrets.add(secret);
  }

  /** A password as it is, for spaces may belong to it; only a line end never does. */
  password(setting: SecretSetting): string | null {
    const value = this.#source.read(setting);
    if (typeof value !== "string") return this.secret(setting);
    const password = value.replace(/[\r\n]+$/, "");
    if (password.trim() === "") return null;
    this.#secrets.add(password);
    const name = this.nameOf(setting);
    if (password !== password.trim()) {
      this.problem(name, phrase("setting_space", { name }));
    } else if (visible(password) !== password) {
      this.problem(name, phrase("setting_invisible", { name }));
    }
    return password;
  }

  url(setting: UrlSetting): string | null {
    const text = this.written(setting);
    if (text === undefined) return null;
    const name = this.nameOf(setting);
    const value = pastedValue(name.toLowerCase(), text);
    const url = URL.parse(value);
    if (url && (url.protocol === "http:" || url.protocol === "https:")) return value.replace(/\/+$/, "");
    this.problem(name, phrase("setting_address", { name }));
    return null;
  }

  /** @param otherwise in place of the setting's own default */
  flag(setting: FlagSetting, otherwise = setting.otherwise): boolean {
    const value = this.written(setting)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (["true", "on", "yes", "1"].includes(value)) return true;
    if (["false", "off", "no", "0"].includes(value)) return false;
    const name = this.nameOf(setting);
    this.problem(name, phrase("setting_flag", { name, otherwise: String(otherwise) }));
    return otherwise;
  }

  number<const S extends NumberSetting>(setting: S): number | S["otherwise"] {
    const value = this.written(setting);
    if (value === undefined) return setting.otherwise;
    const { min, max, unit, otherwise } = setting;
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    const name = this.nameOf(setting);
    this.problem(name, phrase("setting_whole", { name, unit, min, max }));
    return otherwise;
  }

  choice<const S extends ChoiceSetting>(setting: S): S["allowed"][number] {
    const { allowed, otherwise } = setting;
    const value = this.written(setting)?.toLowerCase();
    if (value === undefined) return otherwise;
    const chosen = allowed.find((option) => option === value);
    if (chosen !== undefined) return chosen;
    const name = this.nameOf(setting);
    this.problem(name, phrase("setting_choice", { name, values: allowed.join(", "), otherwise }));
    return otherwise;
  }

  /** @throws Problem `settings_invalid`: a gateway on the wrong port is of no use */
  port(setting: PortSetting): number {
    const value = this.written(setting);
    const port = value === undefined ? setting.otherwise : Number(value);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
    const name = this.nameOf(setting);
    throw new Problem("settings_invalid", phrase("setting_port", { name, value: value ?? "" }), {
      field: name,
    });
  }

  /** As it was written, trimmed. Undefined for what was not set, or set to nothing. */
  written(setting: SettingNames): string | undefined {
    const value = this.#source.read(setting);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value.trim() || undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    const name = this.nameOf(setting);
    this.problem(name, phrase("setting_single", { name }));
    return undefined;
  }
}
