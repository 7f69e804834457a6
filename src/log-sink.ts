import { pino } from "pino";
import type { Logger } from "pino";
import { errorFields, LOG_LEVELS } from "./log.ts";
import type { Log, LogFields, LogLevel, LogRecord, Secrets } from "./log.ts";

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
 * Where all lines end up: scrubs, keeps the tail, notifies the followers, writes. One record is one line; secrets are
 * scrubbed by value, after everything else has been put together, so that no detour (an error's cause, a URL, a header
 * dump) can carry one out. Only the main thread has one; a worker posts its records to it.
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
    const clean = secrets.scrubJson(line) as Line;
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

/** Ids that people can do without where the name stands beside it. */
const NAMED_BY: Readonly<Record<string, string>> = { account_id: "account", device_id: "device" };

function asText(record: LogRecord): string {
  const time = localTime(new Date(record.at));
  const fields = Object.entries(record.fields)
    .filter(([name, value]) => value !== null && !((NAMED_BY[name] ?? "") in record.fields))
    .map(
      ([name, value]) =>
        ` ${name}=${typeof value === "string" && !/[\s"=]/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join("");
  return `${time} ${record.level.toUpperCase().padEnd(5)} ${record.part}: ${record.message}${fields}`;
}

/** The machine's own time (`TZ`) with its distance to UTC, as ISO 8601 writes it. */
function localTime(date: Date): string {
  const aheadMin = -date.getTimezoneOffset();
  if (aheadMin === 0) return date.toISOString();
  const local = new Date(date.getTime() + aheadMin * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(aheadMin) / 60), Math.abs(aheadMin) % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${local}${aheadMin < 0 ? "-" : "+"}${hours}:${minutes}`;
}
