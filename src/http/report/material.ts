import { existsSync } from "node:fs";
import { arch, platform, release } from "node:os";
import process from "node:process";
import { MOST_ENTRIES } from "../../activity/entry.ts";
import type { ActivityEntry, ActivityReader } from "../../activity/entry.ts";
import type { IntegrationDesk } from "../../integration/integration-state.ts";
import type { AccountDesk } from "../../keeper/account.ts";
import type { LogRecord } from "../../log.ts";
import type { LogSink } from "../../log-sink.ts";
import { reportedSettings } from "../../report/reported-settings.ts";
import type { ReportSectionId } from "../../report/report.ts";
import type { Settings } from "../../settings/settings.ts";
import { healthOf } from "../status/health.ts";
import type { HealthParts } from "../status/health.ts";

export interface ReportParts extends HealthParts {
  readonly settings: Settings;
  readonly version: string;
  readonly accounts: Pick<AccountDesk, "events">;
  readonly activity: Pick<ActivityReader, "page">;
  readonly integration: Pick<IntegrationDesk, "state">;
  readonly logSink: Pick<LogSink, "tail">;
}

const DAY_MS = 86_400_000;
/** A day of a gate that never rests would fill the file. */
const MOST_REPORTED = 2000;
/** Home Assistant may be away: what it would say is not waited for. */
const INTEGRATION_WITHIN_MS = 3000;

/** What each section is made of, before anything is taken out of it: a list is told line by line. */
export const MATERIAL: Readonly<Record<ReportSectionId, (parts: ReportParts) => unknown>> = {
  versions,
  health: healthOf,
  settings: ({ settings }) => reportedSettings(settings),
  home_assistant: async ({ picture, integration, clock }) => ({
    link: picture.gateway.link,
    integration: await within(integration.state(), clock),
  }),
  accounts: ({ picture }) =>
    picture
      .accounts()
      .map((account) => ({ ...account, recent: undefined, cloud: picture.gateway.clouds[account.id] ?? null })),
  devices: ({ picture }) => picture.devices(),
  activity: lastActivity,
  token_events: lastEvents,
  log: ({ logSink }) => logSink.tail(),
};

/** A line of the log in the report, in its English words. */
export function logLine({ at, level, part, message, fields }: LogRecord): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
  return `${new Date(at).toISOString()} ${level.toUpperCase().padEnd(5)} ${part}: ${message}${said}`;
}

function versions({ version, settings, picture, clock }: ReportParts): object {
  const { link, started_at, calls_last_hour } = picture.gateway;
  const addon = settings.mode === "addon";
  return {
    gateway: version,
    runs_as: addon ? "add-on" : existsSync("/.dockerenv") ? "container" : "process",
    node: process.version,
    architecture: arch(),
    system: `${platform()} ${release()}`,
    home_assistant: link.home_assistant_version,
    integration: link.integration_version,
    started_at,
    running_s: Math.round((clock.now() - started_at) / 1000),
    memory_mb: Math.round(process.memoryUsage.rss() / 1_048_576),
    calls_last_hour,
  };
}

async function within<T>(answer: Promise<T>, clock: ReportParts["clock"]): Promise<T | string> {
  let cancel = (): void => undefined;
  const late = new Promise<string>((resolve) => {
    cancel = clock.after(INTEGRATION_WITHIN_MS, () => resolve("Home Assistant did not answer in time."));
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    return error instanceof Error ? error.message : "It could not be read.";
  } finally {
    cancel();
  }
}

/** Newest first, as the activity log reads. */
function lastActivity({ activity, clock }: ReportParts): readonly ActivityEntry[] {
  const since = clock.now() - DAY_MS;
  const found: ActivityEntry[] = [];
  let before: number | undefined;
  do {
    const { entries, next } = activity.page({ before, limit: MOST_ENTRIES });
    found.push(...entries.filter(({ at }) => at >= since));
    before = (entries.at(-1)?.at ?? 0) < since || found.length >= MOST_REPORTED ? undefined : (next ?? undefined);
  } while (before !== undefined);
  return found.slice(0, MOST_REPORTED);
}

/** While the database can't be read, those that the picture holds. */
function lastEvents({ accounts, picture, clock }: ReportParts): readonly object[] {
  const since = clock.now() - DAY_MS;
  return picture.accounts().flatMap(({ id, recent }) => {
    let events: readonly { readonly at: number }[];
    try {
      events = accounts.events(id);
    } catch {
      events = recent;
    }
    return events.filter(({ at }) => at >= since).map((event) => ({ account_id: id, ...event }));
  });
}
