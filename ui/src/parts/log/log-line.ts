import type { LogFields, LogRecord } from "../../../../src/log.ts";
import type { Snapshot } from "../../../../src/state/picture.ts";
import type { LogFilter } from "../../live/log-filter.ts";

const texts = new WeakMap<LogRecord, string>();

/** The fields of a record, as they are written behind its message. */
export function fieldsText(record: LogRecord): string {
  return textOf(fieldsOf(record));
}

function textOf(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

/** The same without the ids of what is named beside them. */
export function shortFields(record: LogRecord): string {
  const fields = fieldsOf(record);
  const { account_id, device_id, ...others } = fields;
  const kept = {
    ...("account" in fields || account_id === undefined ? {} : { account_id }),
    ...("device" in fields || device_id === undefined ? {} : { device_id }),
  };
  return textOf({ ...others, ...kept });
}

/** A line as it is copied and downloaded. */
export function lineText(record: LogRecord): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const { at, level, part, message } = record;
  const text =
    `${new Date(at).toISOString()} ${level.toUpperCase().padEnd(5)} ${part}: ${message} ${fieldsText(record)}`.trimEnd();
  texts.set(record, text);
  return text;
}

/** What a line is about: ids, where it carries them, else what its names are the names of. */
export interface LineSubject {
  readonly accountId: string | null;
  readonly deviceId: string | null;
  readonly commandId: string | null;
}

export function subjectOf(record: LogRecord, { accounts, devices }: Snapshot): LineSubject {
  const fields = fieldsOf(record);
  const text = (name: string): string | null => {
    const value = fields[name];
    return typeof value === "string" ? value : null;
  };
  return {
    accountId: text("account_id") ?? accounts.find(({ name }) => name === text("account"))?.id ?? null,
    deviceId: text("device_id") ?? devices.find(({ name }) => name === text("device"))?.id ?? null,
    commandId: text("command_id"),
  };
}

/** A gateway of another version may send none. */
function fieldsOf({ fields }: { readonly fields?: LogFields }): LogFields {
  return fields ?? {};
}

/** The records that a filter lets through; `level` has been asked of the gateway. */
export function filtered(records: readonly LogRecord[], filter: LogFilter, picture: Snapshot): readonly LogRecord[] {
  const { part, accountId, deviceId, commandId } = filter;
  const find = filter.find.toLowerCase();
  return records.filter((record) => {
    if (part !== null && record.part !== part) return false;
    if (find !== "" && !lineText(record).toLowerCase().includes(find)) return false;
    if (accountId === null && deviceId === null && commandId === null) return true;
    const subject = subjectOf(record, picture);
    return (
      (accountId === null || subject.accountId === accountId) &&
      (deviceId === null || subject.deviceId === deviceId) &&
      (commandId === null || subject.commandId === commandId)
    );
  });
}
