import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { visible } from "../pasted.ts";
import type { Generation } from "./import-state.ts";
import { parseEdited } from "./json-text.ts";
import { phrase } from "../said/phrase.ts";

/** The keys that only the first generation has, and those that only the later ones have. */
const KEYS_OF_A = [
  "base_url",
  "devices_path",
  "auth_code",
  "token_type",
  "token_expires_in",
  "log_level",
  "redirect_url",
  "status_poll_seconds",
] as const;
const KEYS_OF_LATER = [
  "api_base_url",
  "redirect_uri",
  "token_expires_at",
  "status_poll_interval",
  "auto_refresh_enabled",
  "refresh_buffer_minutes",
] as const;
const KEYS_OF_ALL = [
  "oauth_base_url",
  "action_path",
  "access_key",
  "secret_key",
  "scope",
  "access_token",
  "refresh_token",
] as const;

export const UTECLOCAL_KEYS = [...KEYS_OF_ALL, ...KEYS_OF_A, ...KEYS_OF_LATER] as const;
export type UteclocalKey = (typeof UTECLOCAL_KEYS)[number];

/** What of the file is never printed. */
export const SECRET_KEYS = [
  "secret_key",
  "access_token",
  "refresh_token",
  "auth_code",
] as const satisfies UteclocalKey[];

/** The buffers that the generations with the same keys begin with (minutes). */
const BUFFER_OF = new Map<string, Generation>([
  ["5", "B"],
  ["15", "C"],
]);

/** uteclocal's `config.json`, with the values as they stand there. */
export interface UteclocalConfig {
  readonly generation: Generation | null;
  /** Only keys that have a value: empty ones and null are none, nor are the stars that uteclocal's API shows. */
  readonly values: ReadonlyMap<UteclocalKey, unknown>;
  /** Keys whose value is only the stars that stand for it. */
  readonly masked: readonly UteclocalKey[];
  /** Keys that no generation has, as they may be printed. */
  readonly unknown: readonly string[];
}

/** Why a file is none of uteclocal's, in one sentence for a person; the file's name is put before it. */
export interface Unreadable {
  readonly unreadable: string;
}

/** Reads the content of a `config.json` of any generation. Whoever has it, registers its secrets before anything else. */
export function readUteclocalConfig(text: string): UteclocalConfig | Unreadable {
  if (visible(text).trim() === "") {
    return { unreadable: phrase("part_fault_empty") };
  }
  const parsed = parseEdited(text);
  if (parsed === undefined) {
    return {
      unreadable: phrase("part_fault_not_json"),
    };
  }
  if (!isObject(parsed)) return { unreadable: phrase("part_fault_no_object") };
  const known = UTECLOCAL_KEYS.filter((key) => Object.hasOwn(parsed, key));
  if (known.length === 0) return { unreadable: phrase("part_fault_no_keys") };
  const said = known.filter((key) => isSaid(parsed[key]));
  return {
    generation: generationOf(parsed),
    values: new Map(said.filter((key) => !isMasked(parsed[key])).map((key) => [key, parsed[key]])),
    masked: said.filter((key) => isMasked(parsed[key])),
    unknown: Object.keys(parsed)
      .filter((key) => !UTECLOCAL_KEYS.some((one) => one === key))
      .map((key) => visible(key).slice(0, 60)),
  };
}

/** A file that has been through more than one generation has keys of each: it is the later one's. */
function generationOf(config: JsonObject): Generation | null {
  const has = (key: string): boolean => Object.hasOwn(config, key);
  if (!KEYS_OF_LATER.some(has)) return KEYS_OF_A.some(has) ? "A" : null;
  return BUFFER_OF.get(String(config["refresh_buffer_minutes"])) ?? null;
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined && !(typeof value === "string" && visible(value).trim() === "");
}

function isMasked(value: unknown): boolean {
  return typeof value === "string" && /^[*•]+$/.test(visible(value).trim());
}
