import { LOG_LEVELS } from "../../../src/log.ts";
import type { LogLevel } from "../../../src/log.ts";

/** What the log's place shows. Null and an empty text: whatever it is. */
export interface LogFilter {
  readonly level: LogLevel;
  /** Found as typed, in small or capital letters. */
  readonly find: string;
  readonly part: string | null;
  readonly accountId: string | null;
  readonly deviceId: string | null;
  readonly commandId: string | null;
  /** Begin with a report of a problem. */
  readonly report: boolean;
}

const USUAL_LEVEL = "info";

export const WHOLE_LOG: LogFilter = {
  level: USUAL_LEVEL,
  find: "",
  part: null,
  accountId: null,
  deviceId: null,
  commandId: null,
  report: false,
};

export function readLogFilter(query: string): LogFilter {
  const parameters = new URLSearchParams(query);
  return {
    level: LOG_LEVELS.find((known) => known === parameters.get("level")) ?? USUAL_LEVEL,
    find: parameters.get("find") ?? "",
    part: parameters.get("part"),
    accountId: parameters.get("account"),
    deviceId: parameters.get("device"),
    commandId: parameters.get("command"),
    report: parameters.has("report"),
  };
}

/** The log’s place with a filter. */
export function logHref(wanted: Partial<LogFilter>): string {
  const { level, find, part, accountId, deviceId, commandId, report } = { ...WHOLE_LOG, ...wanted };
  const parameters = new URLSearchParams({
    ...(level === USUAL_LEVEL ? {} : { level }),
    ...(find === "" ? {} : { find }),
    ...(part === null ? {} : { part }),
    ...(accountId === null ? {} : { account: accountId }),
    ...(deviceId === null ? {} : { device: deviceId }),
    ...(commandId === null ? {} : { command: commandId }),
    ...(report ? { report: "" } : {}),
  });
  return parameters.size === 0 ? "#/log" : `#/log?${parameters.toString()}`;
}
