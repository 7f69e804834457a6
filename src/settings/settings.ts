import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { LOG_LEVELS } from "../log.ts";
import type { LogLevel, Secrets } from "../log.ts";
import { isLoopback } from "../loopback.ts";
import { pastedValue } from "../pasted.ts";
import { Problem } from "../problem.ts";
import { readEnvFile } from "./env-file.ts";
import type { EnvFile } from "./env-file.ts";
import { LOCK_SETTINGS, readLockSettings } from "./lock-settings.ts";
import type { LockSettings } from "./lock-settings.ts";
import { REFRESH_DEFAULTS, readRefreshSettings } from "./refresh-settings.ts";
import type { RefreshSettings } from "./refresh-settings.ts";
import { SettingFields } from "./setting-fields.ts";
import type { SettingsProblem } from "./setting-fields.ts";

export type { SettingsProblem };

/** An account named in the options or the environment. Its fields are checked by the keeper, which owns their rules. */
export interface AccountSettings {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
  readonly refresh: RefreshSettings;
}

export interface HomeAssistantTarget {
  readonly kind: "supervisor" | "direct";
  /** `http(s)://` base URL: the Supervisor's, or Home Assistant's own. */
  readonly url: string;
  readonly token: string;
}

export interface Settings extends LockSettings {
  /** Running as an add-on under the Supervisor, or anywhere else. */
  readonly mode: "addon" | "standalone";
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Asked of everybody; standalone only. */
  readonly password: string | null;
  /** Base URLs that replace the U-tec cloud's own (the simulated cloud); null is the real one. */
  readonly oauthUrl: string | null;
  readonly apiUrl: string | null;
  readonly accounts: readonly AccountSettings[];
  readonly homeAssistant: HomeAssistantTarget | null;
  /** For every account that says nothing else. */
  readonly refresh: RefreshSettings;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  readonly problems: readonly SettingsProblem[];
}

export interface SettingsSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `.env` is looked for. */
  readonly workingFolder: string;
  /** The Supervisor's options; `/data/options.json` in the add-on. */
  readonly optionsFile: string;
}

const DEFAULTS = { host: "127.0.0.1", port: 8099, logLevel: "info" } as const;

const ENVIRONMENT_NAMES = new Set(
  [
    "DATA HOST PORT PASSWORD OAUTH_URL API_URL ACCOUNT_NAME CLIENT_ID CLIENT_SECRET REDIRECT_URI",
    "AUTOMATIC_REFRESH REFRESH_BUFFER IDLE_INTERVAL LOG_LEVEL LOG_FORMAT",
    ...Object.keys(LOCK_SETTINGS),
  ]
    .join(" ")
    .split(" ")
    .map(environmentName),
);
const OPTION_NAMES = new Set([
  "accounts",
  "automatic_refresh",
  "refresh_buffer",
  "idle_interval",
  "log_level",
  ...Object.keys(LOCK_SETTINGS),
]);

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
    const settings = readEnvironment({ ...values, ...sources.environment }, secrets);
    // What the environment itself says is read from there, whatever the file says of it.
    const doubts = problems.filter(({ field }) => sources.environment[field] === undefined);
    return { ...settings, problems: [...doubts, ...settings.problems] };
  }
  secrets.add(supervisorToken);
  return readOptions(sources, supervisorToken, secrets);
}

type Environment = Readonly<Record<string, string | undefined>>;

function environmentName(option: string): string {
  return `UTEC_GATEWAY_${option.toUpperCase()}`;
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

function readEnvironment(environment: Environment, secrets: Secrets): Settings {
  const fields = new SettingFields((name) => environment[name], secrets);
  for (const name of Object.keys(environment)) {
    if (name.toUpperCase().startsWith("UTEC_GATEWAY_") && !ENVIRONMENT_NAMES.has(name)) {
      fields.problem(name, `${name} is not a setting of the gateway; the documentation lists their names.`);
    }
  }
  const host = fields.text("UTEC_GATEWAY_HOST") ?? DEFAULTS.host;
  const password = fields.password("UTEC_GATEWAY_PASSWORD") ?? null;
  if (host !== "localhost" && !isLoopback(host) && password === null) {
    throw new Problem(
      "settings_invalid",
      `UTEC_GATEWAY_HOST is ${host}, which others can reach: set UTEC_GATEWAY_PASSWORD too, or use 127.0.0.1.`,
      { field: "UTEC_GATEWAY_PASSWORD" },
    );
  }
  const refresh = readRefreshSettings(fields, environmentName, REFRESH_DEFAULTS);
  return {
    mode: "standalone",
    dataFolder: resolve(fields.text("UTEC_GATEWAY_DATA") ?? ".data"),
    host,
    port: fields.port("UTEC_GATEWAY_PORT", DEFAULTS.port),
    password,
    oauthUrl: fields.url("UTEC_GATEWAY_OAUTH_URL"),
    apiUrl: fields.url("UTEC_GATEWAY_API_URL"),
    accounts: environmentAccount(fields, refresh),
    homeAssistant: directTarget(fields),
    refresh,
    ...readLockSettings(fields, environmentName),
    logLevel: fields.choice("UTEC_GATEWAY_LOG_LEVEL", LOG_LEVELS, DEFAULTS.logLevel),
    logFormat: fields.choice("UTEC_GATEWAY_LOG_FORMAT", ["text", "json"], "text"),
    problems: fields.problems,
  };
}

/** One account can be named by the environment; more are added on the page. */
function environmentAccount(fields: SettingFields, refresh: RefreshSettings): AccountSettings[] {
  const client_id = fields.text("UTEC_GATEWAY_CLIENT_ID");
  const client_secret = fields.secret("UTEC_GATEWAY_CLIENT_SECRET");
  if (client_secret !== undefined) fields.hide(pastedValue("client_secret", client_secret));
  const redirect_uri = fields.text("UTEC_GATEWAY_REDIRECT_URI");
  if (client_id === undefined && client_secret === undefined && redirect_uri === undefined) return [];
  return [
    {
      name: fields.text("UTEC_GATEWAY_ACCOUNT_NAME") ?? "U-tec",
      client_id: client_id ?? "",
      client_secret: client_secret ?? "",
      redirect_uri: redirect_uri ?? "",
      refresh,
    },
  ];
}

function directTarget(fields: SettingFields): HomeAssistantTarget | null {
  const url = fields.url("HOME_ASSISTANT_URL");
  const pasted = fields.secret("HOME_ASSISTANT_TOKEN");
  const token = pasted === undefined ? undefined : pastedValue("token", pasted);
  if (token !== undefined) fields.hide(token);
  if (url !== null && token !== undefined) return { kind: "direct", url, token };
  if (url !== null) {
    fields.problem(
      "HOME_ASSISTANT_TOKEN",
      "HOME_ASSISTANT_URL is set but HOME_ASSISTANT_TOKEN is not: set it to a long-lived access token.",
    );
  } else if (token !== undefined) {
    fields.problem(
      "HOME_ASSISTANT_URL",
      "HOME_ASSISTANT_TOKEN is set but HOME_ASSISTANT_URL is not: set it to Home Assistant's address.",
    );
  }
  return null;
}

function readOptions(sources: SettingsSources, supervisorToken: string, secrets: Secrets): Settings {
  const options = optionsObject(sources.optionsFile);
  const fields = new SettingFields((name) => options[name], secrets);
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name))
      fields.problem(name, `${name} is not an option of this version; remove it from the configuration.`);
  }
  const environment = new SettingFields((name) => sources.environment[name], secrets);
  const refresh = readRefreshSettings(fields, (option) => option, REFRESH_DEFAULTS);
  return {
    mode: "addon",
    dataFolder: resolve(environment.text("UTEC_GATEWAY_DATA") ?? "/data"),
    host: environment.text("UTEC_GATEWAY_HOST") ?? "0.0.0.0",
    port: environment.port("UTEC_GATEWAY_PORT", DEFAULTS.port),
    password: null,
    oauthUrl: environment.url("UTEC_GATEWAY_OAUTH_URL"),
    apiUrl: environment.url("UTEC_GATEWAY_API_URL"),
    accounts: optionAccounts(options["accounts"], fields, secrets, refresh),
    homeAssistant: {
      kind: "supervisor",
      url: environment.url("SUPERVISOR_URL") ?? "http://supervisor",
      token: supervisorToken,
    },
    refresh,
    ...readLockSettings(fields, (option) => option),
    logLevel: fields.choice("log_level", LOG_LEVELS, DEFAULTS.logLevel),
    logFormat: "text",
    problems: [...fields.problems, ...environment.problems],
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
      `The add-on's options in ${file} are no object: reset them in the configuration tab.`,
    );
  }
  return parsed;
}

function optionAccounts(
  value: unknown,
  fields: SettingFields,
  secrets: Secrets,
  forAll: RefreshSettings,
): AccountSettings[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    fields.problem(
      "accounts",
      "accounts must be a list of accounts, each with name, client_id, client_secret and redirect_uri.",
    );
    return [];
  }
  return value.flatMap((entry: unknown, index) => {
    if (!isObject(entry)) {
      fields.problem(
        `accounts[${index}]`,
        `Account ${index + 1} must have name, client_id, client_secret and redirect_uri.`,
      );
      return [];
    }
    const text = (name: string): string => {
      const part = entry[name];
      if (part === undefined || part === null) return "";
      if (typeof part === "string" || typeof part === "number") return String(part).trim();
      fields.problem(`accounts[${index}].${name}`, `${name} of account ${index + 1} must be text.`);
      return "";
    };
    const client_secret = text("client_secret");
    secrets.add(pastedValue("client_secret", client_secret));
    secrets.add(client_secret);
    const path = `accounts[${index}].`;
    const own = new SettingFields((name) => entry[name.slice(path.length)], secrets);
    const refresh = readRefreshSettings(own, (option) => path + option, forAll);
    fields.problems.push(...own.problems);
    return [
      {
        name: text("name") || `Account ${index + 1}`,
        client_id: text("client_id"),
        client_secret,
        redirect_uri: text("redirect_uri"),
        refresh,
      },
    ];
  });
}
