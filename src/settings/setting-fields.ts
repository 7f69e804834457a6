import type { Secrets } from "../log.ts";
import { pastedValue, visible } from "../pasted.ts";
import { Problem } from "../problem.ts";

/** A setting that is wrong while the rest runs: named, with what is allowed. */
export interface SettingsProblem {
  readonly field: string;
  readonly message: string;
}

/** Reads fields one by one and remembers what is wrong with them; a default stands in for each that is. */
export class SettingFields {
  readonly problems: SettingsProblem[] = [];
  readonly #read: (name: string) => unknown;
  readonly #secrets: Secrets;

  constructor(read: (name: string) => unknown, secrets: Secrets) {
    this.#read = read;
    this.#secrets = secrets;
  }

  problem(field: string, message: string): void {
    this.problems.push({ field, message });
  }

  /** Undefined for what was not set, or set to nothing. */
  text(name: string): string | undefined {
    const value = this.#read(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value.trim() || undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    this.problem(name, `${name} must be a single value.`);
    return undefined;
  }

  /** Text that is never to be printed. */
  secret(name: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined) this.#secrets.add(value);
    return value;
  }

  /** Keeps what a secret is meant to be out of the log, beside what was written of it. */
  hide(secret: string): void {
    this.#secrets.add(secret);
  }

  /** A password as it is, for spaces may belong to it; only a line end never does. */
  password(name: string): string | undefined {
    const value = this.#read(name);
    if (typeof value !== "string") return this.secret(name);
    const password = value.replace(/[\r\n]+$/, "");
    if (password.trim() === "") return undefined;
    this.#secrets.add(password);
    if (password !== password.trim()) {
      this.problem(name, `${name} begins or ends with a space, which counts as a part of it.`);
    } else if (visible(password) !== password) {
      this.problem(name, `${name} holds a character that nobody sees, which counts as a part of it: type it anew.`);
    }
    return password;
  }

  url(name: string): string | null {
    const text = this.text(name);
    if (text === undefined) return null;
    const value = pastedValue(name.toLowerCase(), text);
    const url = URL.parse(value);
    if (url && (url.protocol === "http:" || url.protocol === "https:")) return value.replace(/\/+$/, "");
    this.problem(name, `${name} must be an address that begins with http:// or https://.`);
    return null;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (["true", "on", "yes", "1"].includes(value)) return true;
    if (["false", "off", "no", "0"].includes(value)) return false;
    this.problem(name, `${name} must be true or false; ${String(fallback)} is used.`);
    return fallback;
  }

  integer(name: string, range: { readonly min: number; readonly max: number }, unit: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
    this.problem(
      name,
      `${name} must be a whole number of ${unit} from ${range.min} to ${range.max}; the default is used.`,
    );
    return undefined;
  }

  choice<const T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    const chosen = allowed.find((option) => option === value);
    if (chosen !== undefined) return chosen;
    this.problem(name, `${name} must be one of ${allowed.join(", ")}; ${fallback} is used.`);
    return fallback;
  }

  /** @throws Problem `settings_invalid`: a gateway on another port than the one that was meant is none */
  port(name: string, fallback: number): number {
    const value = this.text(name);
    const port = value === undefined ? fallback : Number(value);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
    throw new Problem("settings_invalid", `${name} must be a port number from 0 to 65535, and is "${value}".`, {
      field: name,
    });
  }
}
