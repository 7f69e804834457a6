import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { RefreshPolicy } from "../keeper/account.ts";
import type { Secrets } from "../log.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import { Problem } from "../problem.ts";
import { ACCOUNT_SETTINGS, FIELD_SETTINGS, environmentAccount, optionAccounts } from "./accounts/account-settings.ts";
import type { AccountSettings } from "./accounts/account-settings.ts";
import { ACCOUNTS_FILE_SETTINGS, fileAccounts } from "./accounts/accounts-file.ts";
import { COMPATIBILITY_SETTINGS, readCompatibilitySettings } from "./compatibility-settings.ts";
import type { CompatibilitySettings } from "./compatibility-settings.ts";
import { readEnvFile } from "./env-file.ts";
import type { EnvFile } from "./env-file.ts";
import { GATEWAY_SETTINGS, readAddonSettings, readGatewaySettings } from "./gateway-settings.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import { HOME_ASSISTANT_SETTINGS, directTarget, supervisorTarget } from "./home-assistant-target.ts";
import type { HomeAssistantTarget } from "./home-assistant-target.ts";
import { LOCK_SETTINGS, readLockSettings } from "./lock-settings.ts";
import type { LockSettings } from "./lock-settings.ts";
import { oldAccounts, oldRefresh } from "./accounts/old-words.ts";
import { PROXY_SETTINGS, readProxySettings } from "./proxy-settings.ts";
import { REFRESH_DEFAULTS, REFRESH_SETTINGS, readRefreshSettings } from "./refresh-settings.ts";
import { SettingFields } from "./setting-fields.ts";
import type { SettingsProblem } from "./setting-fields.ts";
import { fromEnvironment, fromOptions } from "./setting-source.ts";
import type { Environment } from "./setting-source.ts";
import type { Setting } from "./setting.ts";
import { phrase } from "../said/phrase.ts";

export type { HomeAssistantTarget, SettingsProblem };

export interface Settings extends GatewaySettings, LockSettings, CompatibilitySettings {
  /** Running as an add-on under the Supervisor, or anywhere else. */
  readonly mode: "addon" | "standalone";
  readonly accounts: readonly AccountSettings[];
  readonly homeAssistant: HomeAssistantTarget | null;
  /** Through which calls leave; null: straight. */
  readonly proxies: ProxySettings | null;
  /** For every account that has none of its own. */
  readonly refresh: RefreshPolicy;
  readonly problems: readonly SettingsProblem[];
  /** What the words of older systems became, a line each. */
  readonly notes: readonly string[];
}

export interface SettingsSources {
  readonly environment: Environment;
  /** Where `.env` is looked for. */
  readonly workingFolder: string;
  /** The Supervisor's options; `/data/options.json` in the add-on. */
  readonly optionsFile: string;
}

/** Every setting: those that stand once, and those of an account. */
export const SETTINGS: readonly Setting[] = [
  GATEWAY_SETTINGS,
  ACCOUNTS_FILE_SETTINGS,
  HOME_ASSISTANT_SETTINGS,
  PROXY_SETTINGS,
  REFRESH_SETTINGS,
  LOCK_SETTINGS,
  COMPATIBILITY_SETTINGS,
].flatMap((group) => Object.values<Setting>(group));
export const SETTINGS_OF_ACCOUNT: readonly Setting[] = [ACCOUNT_SETTINGS, FIELD_SETTINGS, REFRESH_SETTINGS].flatMap(
  (group) => Object.values<Setting>(group),
);

/**
 * Reads the one source of settings: the add-on's options when the Supervisor started us, else the environment with
 * `.env` beneath it. Registers every secret it reads.
 *
 * @throws Problem `settings_invalid` when running is impossible or unsafe; whatever else is wrong is in `problems`
 */
export function readSettings(sources: SettingsSources, secrets: Secrets): Settings {
  const supervisorToken = sources.environment["SUPERVISOR_TOKEN"];
  if (supervisorToken === undefined || supervisorToken === "") {
    const { values, problems } = dotEnv(sources);
    const settings = readEnvironment(sources.environment, values, secrets);
    // What the environment itself says is read from there, whatever the file says of it.
    const doubts = problems.filter(({ field }) => sources.environment[field] === undefined);
    return { ...settings, problems: [...withoutSupervisor(sources.optionsFile), ...doubts, ...settings.problems] };
  }
  secrets.add(supervisorToken);
  return readOptions(sources, supervisorToken, secrets);
}

/** An add-on that the Supervisor did not start: Docker did, or somebody by hand. What its options say is not read then. */
function withoutSupervisor(optionsFile: string): SettingsProblem[] {
  if (!existsSync(optionsFile)) return [];
  const message = `The add-on's options in ${optionsFile} are not used, for SUPERVISOR_TOKEN is missing: restart the add-on in Home Assistant, or remove the file where there is no Supervisor.`;
  return [{ field: "SUPERVISOR_TOKEN", message }];
}

function dotEnv(sources: SettingsSources): EnvFile {
  const file = resolve(sources.workingFolder, ".env");
  if (!existsSync(file)) return { values: {}, problems: [] };
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (cause) {
    throw new Problem("settings_invalid", `The settings in ${file} cannot be read: make it readable, or remove it.`, {
      cause,
    });
  }
  return readEnvFile(content, file);
}

function readEnvironment(own: Environment, beneath: Environment, secrets: Secrets): Settings {
  const environment = { ...beneath, ...own };
  const fields = new SettingFields(fromEnvironment(environment), secrets);
  const known = new Set([...SETTINGS, ...SETTINGS_OF_ACCOUNT].map(({ variable }) => variable));
  for (const name of Object.keys(environment)) {
    if (name.toUpperCase().startsWith("UTEC_GATEWAY_") && !known.has(name)) {
      fields.problem(name, phrase("setting_unknown", { name }));
    }
  }
  const gateway = readGatewaySettings(fields);
  const refreshNotes: string[] = [];
  const refresh = oldRefresh(fields, readRefreshSettings(fields, REFRESH_DEFAULTS), refreshNotes);
  const old = oldAccounts(fields, refresh);
  return {
    mode: "standalone",
    ...gateway,
    accounts: [...environmentAccount(fields, refresh), ...fileAccounts(fields, secrets, refresh), ...old.accounts],
    homeAssistant: directTarget(fields),
    proxies: readProxySettings([own, beneath], fields),
    refresh,
    ...readLockSettings(fields),
    ...readCompatibilitySettings(fields),
    problems: fields.problems,
    notes: [...refreshNotes, ...old.notes],
  };
}

function readOptions(sources: SettingsSources, supervisorToken: string, secrets: Secrets): Settings {
  const options = optionsObject(sources.optionsFile);
  const fields = new SettingFields(fromOptions(options), secrets);
  const known = new Set(["accounts", ...SETTINGS.map(({ option }) => option)]);
  for (const name of Object.keys(options)) {
    if (!known.has(name)) {
      fields.problem(name, phrase("option_unknown", { name }));
    }
  }
  const environment = new SettingFields(fromEnvironment(sources.environment), secrets);
  const refresh = readRefreshSettings(fields, REFRESH_DEFAULTS);
  return {
    mode: "addon",
    ...readAddonSettings(fields, environment),
    accounts: optionAccounts(options["accounts"], fields, secrets, refresh),
    homeAssistant: supervisorTarget(environment, supervisorToken),
    proxies: readProxySettings([sources.environment], environment),
    refresh,
    ...readLockSettings(fields),
    ...readCompatibilitySettings(fields, environment),
    problems: [...fields.problems, ...environment.problems],
    notes: [],
  };
}

/** The Supervisor writes the file at each start; without it, or with nonsense in it, nothing can be trusted. */
function optionsObject(file: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Problem("settings_invalid", `The add-on's options in ${file} cannot be read: restart the add-on.`, {
      cause,
    });
  }
  if (!isObject(parsed)) {
    throw new Problem(
      "settings_invalid",
      `The add-on's options in ${file} are not an object: reset them in the configuration tab.`,
    );
  }
  return parsed;
}
