import { stringify } from "csv-stringify/sync";
import type { ActivityEntry } from "./entry.ts";
import type { ActivityEvent } from "./event.ts";

const COLUMNS = [
  "time",
  "event",
  "kind",
  "account",
  "device",
  "device_id",
  "what",
  "value",
  "from",
  "to",
  "command",
  "asked_through",
  "asked_by",
  "outcome",
  "took_ms",
  "reason",
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | null>>>;

/** The names of the columns, after the mark by which spreadsheets know UTF-8. */
export function csvHead(): string {
  return stringify([COLUMNS], { bom: true, record_delimiter: "windows" });
}

/**
 * Events as lines of CSV: one for each thing that happened in them, times in ISO 8601 (UTC). No cell is taken for a
 * formula by a spreadsheet, whatever somebody has called a lock.
 *
 * @param accountName by id
 */
export function csvLines(events: readonly ActivityEvent[], accountName: (id: string) => string): string {
  const rows = events.flatMap((event) => [
    ...event.entries.toReversed().map((entry) => ({
      ...ofEntry(entry),
      event: event.id,
      kind: event.kind,
      account: entry.account_id === null ? "" : accountName(entry.account_id),
    })),
    ...event.token_events.toReversed().map(({ at, kind, code, message }): Row => ({
      time: new Date(at).toISOString(),
      event: event.id,
      kind: event.kind,
      account: event.account?.name ?? "",
      what: kind,
      outcome: code,
      reason: message,
    })),
  ]);
  return stringify(rows, { columns: [...COLUMNS], escape_formulas: true, record_delimiter: "windows" });
}

function ofEntry({ at, kind, device_name, device_id, value, from, to, command }: ActivityEntry): Row {
  return {
    time: new Date(at).toISOString(),
    device: device_name,
    device_id,
    what: kind,
    value,
    from: cell(from),
    to: cell(to),
    command: command?.name ?? null,
    asked_through: command?.origin.kind ?? null,
    asked_by: command?.origin.name ?? null,
    outcome: command?.outcome ?? null,
    took_ms: command?.took_ms ?? null,
    reason: command?.error?.message ?? null,
  };
}

function cell(value: ActivityEntry["to"]): string | number | null {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  return JSON.stringify(value);
}
