import type { Log } from "../../src/log.ts";

const ignore = (): void => undefined;

/** Simulated worlds live through thousands of outages, of which nobody reads. */
export const SILENT: Log = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  part: () => SILENT,
};
