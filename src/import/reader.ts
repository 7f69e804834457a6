import type { KeyNotTaken, TakenKey } from "./import-state.ts";
import { UTECLOCAL_KEYS } from "./uteclocal-config.ts";
import type { UteclocalConfig, UteclocalKey } from "./uteclocal-config.ts";
import { phrase } from "../said/phrase.ts";

/** What is worth a line each; what is beyond is counted. */
const MOST_UNKNOWN = 10;

/**
 * Reads the values of a config one by one, and keeps account of what became of each. A value of the wrong type costs its key
 * and nothing else.
 */
export class ConfigReader {
  readonly #config: UteclocalConfig;
  readonly #taken = new Map<UteclocalKey, string>();
  readonly #notTaken = new Map<UteclocalKey, string>();

  constructor(config: UteclocalConfig) {
    this.#config = config;
    for (const key of config.masked) this.refuse(key, phrase("part_reason_masked"));
  }

  has(key: UteclocalKey): boolean {
    return this.#config.values.has(key);
  }

  /** It has a value, and nothing was said of it yet. */
  isOpen(key: UteclocalKey): boolean {
    return this.has(key) && !this.#taken.has(key) && !this.#notTaken.has(key);
  }

  /** Says what it became, unless it has no value or was refused. */
  take(key: UteclocalKey, as: string): void {
    if (this.has(key) && !this.#notTaken.has(key)) this.#taken.set(key, as);
  }

  /** @param reason a sentence without its subject, which is the key */
  refuse(key: UteclocalKey, reason: string): void {
    this.#taken.delete(key);
    this.#notTaken.set(key, reason);
  }

  /** Null for none, and for what is no text. */
  text(key: UteclocalKey): string | null {
    const value = this.#config.values.get(key);
    if (value === undefined || typeof value === "string") return value ?? null;
    return this.#wrongType(key, phrase("part_wanted_text"));
  }

  /** Null for none, and for what is no whole number. */
  wholeNumber(key: UteclocalKey): number | null {
    const value = this.#config.values.get(key);
    if (value === undefined) return null;
    const number = typeof value === "string" && /^\s*\d{1,9}(?:\.0*)?\s*$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Number.isInteger(number)
      ? number
      : this.#wrongType(key, phrase("part_wanted_whole"));
  }

  /** Null for none, and for what is neither true nor false. */
  flag(key: UteclocalKey): boolean | null {
    const value = this.#config.values.get(key);
    if (value === undefined || typeof value === "boolean") return value ?? null;
    const word = typeof value === "string" ? value.trim().toLowerCase() : null;
    if (word === "true" || word === "false") return word === "true";
    return this.#wrongType(key, phrase("part_wanted_flag"));
  }

  /** The first of two names for the same thing that has a value; the other one is not used. */
  either<const Key extends UteclocalKey>(first: Key, second: Key): Key {
    if (!this.has(first)) return this.has(second) ? second : first;
    if (this.has(second)) this.refuse(second, phrase("part_reason_other_name", { key: first }));
    return first;
  }

  taken(): TakenKey[] {
    return [...this.#taken].map(([key, as]) => ({ key, as }));
  }

  notTaken(): KeyNotTaken[] {
    const { unknown } = this.#config;
    const others = unknown.slice(0, MOST_UNKNOWN).map((key) => ({ key, reason: phrase("part_reason_unknown_key") }));
    const left = unknown.length - others.length;
    const known = UTECLOCAL_KEYS.flatMap((key) => {
      const reason = this.#notTaken.get(key);
      return reason === undefined ? [] : [{ key, reason }];
    });
    return [
      ...known,
      ...others,
      ...(left > 0 ? [{ key: `${left} more`, reason: phrase("part_reason_unknown_keys") }] : []),
    ];
  }

  #wrongType(key: UteclocalKey, wanted: string): null {
    this.refuse(key, phrase("part_reason_type", { wanted }));
    return null;
  }
}
