import type { LogRecord } from "../../src/log.ts";

/** What is in the log before anybody looks. */
export function logTail(now: number): readonly LogRecord[] {
  const lines: readonly [number, LogRecord["level"], string, string, LogRecord["fields"]][] = [
    [62_000, "info", "gateway", "The gateway is ready.", { version: "0.1.0", ms: 212 }],
    [61_000, "info", "link", "Linked to Home Assistant.", { home_assistant: "2026.11.0" }],
    [40_000, "warn", "keeper", "The cloud answered 503; trying again.", { account: "Home", in_s: 4 }],
    [36_000, "info", "keeper", "The token was refreshed.", { account: "Home", generation: 21 }],
    [12_000, "error", "utec", "Garden gate did not confirm.", { device: "Garden gate", command: "lock" }],
  ];
  return lines.map(([age, level, part, message, fields]) => ({ at: now - age, level, part, message, fields }));
}
