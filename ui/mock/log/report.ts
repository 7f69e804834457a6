import type { Report } from "../../../src/report/report.ts";
import type { Snapshot } from "../../../src/state/picture.ts";

/** A report as the gateway makes it. */
export function reportOf({ gateway, devices }: Snapshot): Report {
  const list = (lines: readonly object[]): { count: number; text: string; problem: null } => ({
    count: lines.length,
    text: lines.map((line) => JSON.stringify(line)).join("\n"),
    problem: null,
  });
  const one = (thing: object): { count: null; text: string; problem: null } => ({
    count: null,
    text: JSON.stringify(thing, null, 2),
    problem: null,
  });
  return {
    made_at: Date.now(),
    sections: [
      {
        id: "versions",
        ...one({ gateway: gateway.version, node: "v24.21.0", runs_as: "add-on", architecture: "arm64" }),
      },
      { id: "health", ...one({ status: "ok", problems: [], warnings: [] }) },
      { id: "settings", ...one({ mode: "addon", log_level: "info", password_set: false }) },
      { id: "home_assistant", ...one({ link: { status: gateway.link.status } }) },
      { id: "accounts", ...list([{ id: "account-1", name: "account-1", status: "fresh" }]) },
      { id: "devices", ...list(devices.map(({ kind }, index) => ({ id: `${kind}-${index + 1}`, kind }))) },
      { id: "activity", count: null, text: "", problem: "The activity log can't be read." },
      { id: "token_events", ...list([]) },
      {
        id: "log",
        count: 2,
        text: "2026-11-29T18:58:35.000Z INFO  gateway: The gateway is ready.\n2026-11-29T18:58:36.000Z WARN  keeper: account-1 needs attention. account=account-1",
        problem: null,
      },
    ],
  };
}
