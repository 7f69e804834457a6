/**
 * The structured log, as its users see it. What writes it (`log-sink.ts`) needs a library, which a worker thread would load
 * at each of its starts.
 */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogRecord {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** The part of the gateway that logged it: `keeper`, `link`, `http`, ... */
  readonly part: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
  /** The same log under the name of a part, in place of the part that it was under before. */
  part(name: string): Log;
}

/** The values that must never leave the process. Whoever reads or receives a secret adds it first. */
export class Secrets {
  readonly #values = new Map<string, readonly string[]>();

  /** Shorter values are not scrubbed: they would blank ordinary words. No token or client secret is that short. */
  static readonly SHORTEST = 8;

  /** Registers a secret in every form in which it may be printed. Adding one twice is fine. */
  add(value: string): void {
    if (value.length < Secrets.SHORTEST || this.#values.has(value)) return;
    this.#values.set(value, Secrets.formsOf(value));
  }

  /** Every form in which a secret may be printed, the longest first. */
  static formsOf(value: string): string[] {
    const json = JSON.stringify(value).slice(1, -1);
    const percent = encodeURIComponent(value.toWellFormed());
    const forms = new Set([
      value,
      json,
      // JSON in JSON, a URL in a URL.
      JSON.stringify(json).slice(1, -1),
      percent,
      percent.replace(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase()),
      encodeURIComponent(percent),
      new URLSearchParams({ v: value }).toString().slice(2),
      ...base64Of(value),
    ]);
    return [...forms].sort((a, b) => b.length - a.length);
  }

  /** Forgets what is no longer a secret, such as a token that was replaced: else each log line would take a little longer. */
  delete(value: string): void {
    this.#values.delete(value);
  }

  /** `text` with every registered secret replaced. */
  scrub(text: string): string {
    let clean = text;
    for (const forms of this.#values.values()) {
      for (const form of forms) {
        if (clean.includes(form)) clean = clean.replaceAll(form, "[secret]");
      }
    }
    return clean;
  }

  /**
   * The JSON value of `json`, scrubbed text by text: a password of digits may stand in a line's time, and the line would
   * be JSON no more.
   */
  scrubJson(json: string): unknown {
    return JSON.parse(json, (_name, value: unknown) => (typeof value === "string" ? this.scrub(value) : value));
  }
}

/** As base64 writes it, alone or with one or two bytes more before it, as after the name in `name:password`. */
function base64Of(value: string): string[] {
  const within = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    // Without the signs that also tell of what stands before and after.
    return bytes.toString("base64").slice(before === 0 ? 0 : before + 1, Math.floor((bytes.length * 8) / 6));
  });
  const alone = Buffer.from(value).toString("base64").replace(/=+$/, "");
  return [alone, ...within].flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** What a record holds of an error, its causes included. */
export function errorFields(error: Error): LogFields {
  return {
    type: error.name,
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: errorFields(error.cause) } : {}),
  };
}
