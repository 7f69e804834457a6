import type { Settings } from "../settings/settings.ts";

/** The settings as a report tells them: of what is secret, no more than that it is set. */
export function reportedSettings(settings: Settings): Readonly<Record<string, unknown>> {
  const { homeAssistant, proxies, refresh, confirmation, accounts, problems, notes } = settings;
  return {
    mode: settings.mode,
    data_folder: settings.dataFolder,
    home_assistant_config: settings.homeAssistantConfig,
    import_from: settings.importFrom,
    host: settings.host,
    port: settings.port,
    broker_port: settings.brokerPort,
    password_set: settings.password !== null,
    members_read_activity: settings.membersReadActivity,
    oauth_url: settings.oauthUrl,
    api_url: settings.apiUrl,
    yoto_url: settings.yotoUrl,
    watttime_url: settings.wattTimeUrl,
    log_level: settings.logLevel,
    log_format: settings.logFormat,
    home_assistant: homeAssistant === null ? null : { kind: homeAssistant.kind, url: homeAssistant.url },
    proxies: proxies === null ? null : { http: isSet(proxies.http), https: isSet(proxies.https) },
    refresh,
    poll_interval_ms: settings.pollIntervalMs,
    stale_after_polls: settings.staleAfterPolls,
    unavailable_after_ms: settings.unavailableAfterMs,
    confirmation,
    activity_days: settings.activityDays,
    compatibility: settings.compatibility,
    compatibility_host: settings.compatibilityHost,
    compatibility_port: settings.compatibilityPort,
    compatibility_networks: settings.compatibilityNetworks.length,
    accounts_in_settings: accounts.length,
    problems,
    notes,
  };
}

function isSet(value: string | null): "set" | "not set" {
  return value === null ? "not set" : "set";
}
