import { pino } from "pino";
import type { Logger } from "pino";

/**
 * The structured log. One record is one line; secrets are scrubbed by value at the sink, after everything else has
 * been put together, so that no detour (an error's cause, a URL, a header dump) can carry one out.
 */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogRecord {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  /** The part of the gateway that speaks: `keeper`, `link`, `http`, ... */
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
    const forms = new Set([
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      new URLSearchParams({ v: value }).toString().slice(2),
      Buffer.from(value).toString("base64").replace(/=+$/, ""),
      Buffer.from(value).toString("base64url"),
    ]);
    this.#values.set(
      value,
      [...forms].sort((a, b) => b.length - a.length),
    );
  }

  /** Forgets what is a secret no more: a token that was replaced. Else each log line would take a little longer. */
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
}

export interface LogSinkOptions {
  readonly level: LogLevel;
  readonly secrets: Secrets;
  /** `text` for people (the add-on's log panel), `json` for machines. */
  readonly format: "text" | "json";
  /** Takes one finished line, with its line end. */
  readonly write: (line: string) => void;
}

/** A line as pino writes it, fields aside. */
interface Line {
  readonly level: LogLevel;
  readonly time: number;
  readonly part?: string;
  readonly msg?: string;
}

/** How many records the tail keeps for the page. */
export const TAIL_RECORDS = 1000;

/**
 * Where all lines end up: scrubs, keeps the tail, tells the followers, writes. Only the main thread has one; a worker
 * posts its records to it.
 */
export class LogSink {
  readonly log: Log;
  readonly #options: LogSinkOptions;
  readonly #tail: LogRecord[] = [];
  readonly #followers = new Set<(record: LogRecord) => void>();

  constructor(options: LogSinkOptions) {
    this.#options = options;
    this.log = wrap(
      pino(
        { level: options.level, base: null, formatters: { level: (label) => ({ level: label }) } },
        { write: (line: string) => this.#take(line) },
      ),
    );
  }

  /** The latest records at `level` or above, oldest first. */
  tail(level: LogLevel = "trace", limit = TAIL_RECORDS): LogRecord[] {
    const floor = LOG_LEVELS.indexOf(level);
    return this.#tail.filter((record) => LOG_LEVELS.indexOf(record.level) >= floor).slice(-limit);
  }

  /** Calls `follower` with each new record; returns the end of it. */
  follow(follower: (record: LogRecord) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #take(line: string): void {
    const { secrets, format, write } = this.#options;
    // Text by text, not the line: a password of digits may stand in its time, and the line would be JSON no more.
    const clean = JSON.parse(line, (_name, value: unknown) =>
      typeof value === "string" ? secrets.scrub(value) : value,
    ) as Line;
    const { level, time, part, msg, ...fields } = clean;
    const record: LogRecord = { at: time, level, part: part ?? "gateway", message: msg ?? "", fields };
    this.#tail.push(record);
    if (this.#tail.length > TAIL_RECORDS) this.#tail.shift();
    write(`${format === "json" ? JSON.stringify(clean) : asText(record)}\n`);
    for (const follower of this.#followers) follower(record);
  }
}

/** @param root what `part` begins with: a pino child of a child would carry the names of both */
function wrap(root: Logger, logger = root): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      logger[level](errorsAsFields(fields), message);
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    part: (name) => wrap(root, root.child({ part: name })),
  };
}

/** Errors as plain fields: an Error is `{}` in JSON. */
function errorsAsFields(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? errorFields(value) : value]),
  );
}

/** What a record tells of an error, its causes included. */
export function errorFields(error: Error): LogFields {
  return {
    type: error.name,
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: errorFields(error.cause) } : {}),
  };
}

function asText(record: LogRecord): string {
  const time = new Date(record.at).toISOString();
  const fields = Object.entries(record.fields)
    .map(
      ([name, value]) =>
        ` ${name}=${typeof value === "string" && !/[\s"=]/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join("");
  return `${time} ${record.level.toUpperCase().padEnd(5)} ${record.part}: ${record.message}${fields}`;
}
