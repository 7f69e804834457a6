import type { LogRecord } from "../../../src/log.ts";
import { neverSignedIn } from "../accounts.ts";
import { gardenGate } from "../devices.ts";

/** What is in the log before anybody looks. */
export function logTail(now: number): readonly LogRecord[] {
  const account = { account: "Home", account_id: neverSignedIn().id };
  const device = {
    device: "Garden gate",
    device_id: gardenGate(now).id,
    command_id: "4f2b9c1e-7a3d-4e5f-8b6a-0c1d2e3f4a5b",
  };
  const lines: readonly [number, LogRecord["level"], string, string, LogRecord["fields"]][] = [
    [62_000, "info", "gateway", "The gateway is ready.", { version: "0.1.0", ms: 212 }],
    [61_000, "info", "link", "Linked to Home Assistant.", { home_assistant: "2026.11.0" }],
    [40_000, "warn", "keeper", "The cloud answered 503; trying again.", { ...account, in_s: 4 }],
    [36_000, "info", "keeper", "The token was refreshed.", { ...account, generation: 21 }],
    [12_000, "error", "utec", "Garden gate did not confirm.", { ...device, command: "lock" }],
  ];
  return lines.map(([age, level, part, message, fields]) => ({ at: now - age, level, part, message, fields }));
}
