import { readFileSync } from "node:fs";
import { WATTTIME_URL } from "../../keeper/providers/watttime.ts";
import { isObject, parseJson } from "../../json.ts";
import type { RefreshPolicy } from "../../keeper/account.ts";
import type { AccountField } from "../../keeper/providers/provider-fields.ts";
import { REFRESH_LIMITS } from "../../keeper/schedule/refresh-limits.ts";
import type { AccountSettings } from "./account-settings.ts";
import { GATEWAY_SETTINGS } from "../gateway-settings.ts";
import { REFRESH_SETTINGS } from "../refresh-settings.ts";
import type { SettingFields } from "../setting-fields.ts";
import type { NumberSetting, SecretSetting, SettingGroup, TextSetting } from "../setting.ts";

/** The words of the systems that the gateway takes the place of: an env file of theirs is understood as it is. */
export const OLD_WORDS = {
  auth_url: text("EXTERNAL_AUTH_URL"),
  email: text("EXTERNAL_API_EMAIL"),
  password: { variable: "EXTERNAL_API_PASSWORD", option: null, kind: "password" },
  token: secret("EXTERNAL_API_TOKEN"),
  client_id: text("OAUTH_CLIENT_ID"),
  client_secret: secret("OAUTH_CLIENT_SECRET"),
  scope: text("OAUTH_SCOPE"),
  yoto_client_id: text("YOTO_CLIENT_ID"),
  yoto_refresh_token_file: text("YOTO_REFRESH_TOKEN_FILE"),
  refresh_interval: {
    variable: "TOKEN_REFRESH_INTERVAL_HOURS",
    option: null,
    kind: "number",
    ...REFRESH_LIMITS.hours,
    unit: "hours",
    otherwise: null,
  },
  watttime_username: text("WATTTIME_USERNAME"),
  watttime_password: { variable: "WATTTIME_PASSWORD", option: null, kind: "password" },
  watttime_token: secret("WATTTIME_API_TOKEN"),
  grid_region: text("GRID_REGION"),
} as const satisfies SettingGroup & Readonly<Record<string, TextSetting | SecretSetting | NumberSetting>>;

type Word = TextSetting | SecretSetting;

/** What the old words became, and a line for people on each. */
export interface Understood {
  readonly accounts: readonly AccountSettings[];
  readonly notes: readonly string[];
}

/** When to refresh, where only the old word says it. */
export function oldRefresh(fields: SettingFields, refresh: RefreshPolicy, notes: string[]): RefreshPolicy {
  const hours = fields.number(OLD_WORDS.refresh_interval);
  if (hours === null) return refresh;
  const { variable } = REFRESH_SETTINGS.idle_interval;
  if (fields.written(REFRESH_SETTINGS.idle_interval) !== undefined) {
    notes.push(`TOKEN_REFRESH_INTERVAL_HOURS is not used, for ${variable} is set.`);
    return refresh;
  }
  notes.push(
    `TOKEN_REFRESH_INTERVAL_HOURS became ${variable}: tokens are refreshed every ${hours} hours or more often.`,
  );
  return { ...refresh, idle_interval_ms: hours * 3_600_000 };
}

/** The accounts that the old words name. One without credentials says so itself, and the rest runs. */
export function oldAccounts(fields: SettingFields, refresh: RefreshPolicy): Understood {
  const notes: string[] = [];
  const reader = new Reader(fields, refresh, notes);
  const accounts = [externalApi(reader), yoto(reader), wattTime(reader)].filter((account) => account !== null);
  const region = fields.text(OLD_WORDS.grid_region);
  if (region !== null) {
    notes.push(`GRID_REGION belongs to no account: whoever asks WattTime says it, as in ?region=${region}.`);
  }
  return { accounts, notes };
}

/** A login with an e-mail address or a client where there is an address to log in at; else the token alone. */
function externalApi(reader: Reader): AccountSettings | null {
  const { auth_url, email, password, token, client_id, client_secret, scope } = OLD_WORDS;
  if (!reader.isSaid(auth_url, email, password, token, client_id, client_secret, scope)) return null;
  const url = URL.parse(reader.read(auth_url) ?? "");
  const name = url === null || url.host === "" ? "External API" : url.host;
  // Where one logs in, the API is asked too: no old word says another place.
  const api = url === null || url.host === "" ? {} : { api_url: url.origin };
  if (reader.isSaid(token) && !reader.isSaid(email, password, client_id, client_secret)) {
    reader.leave("nothing logs in without a user or a client, and EXTERNAL_API_TOKEN is taken as it is", scope);
    if (url !== null) reader.notes.push(`${auth_url.variable} names the API of the account ${name} (static).`);
    return { ...reader.account("static", name, { token }), ...api };
  }
  if (!reader.isSaid(email, password, client_id, client_secret)) {
    reader.problem(
      auth_url,
      `${name} can't log in: set EXTERNAL_API_EMAIL and EXTERNAL_API_PASSWORD, or OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or EXTERNAL_API_TOKEN.`,
    );
  }
  // A user name alone makes the other half the missing one, whatever client there is.
  const byUser = reader.isSaid(email, password) || !reader.isSaid(client_id, client_secret);
  if (byUser) reader.leave("the login is by EXTERNAL_API_EMAIL and EXTERNAL_API_PASSWORD", client_id, client_secret);
  const credentials = byUser ? { username: email, password } : { client_id, client_secret };
  return { ...reader.account("login", name, { url: auth_url, ...credentials, scope, token }), ...api };
}

function yoto(reader: Reader): AccountSettings | null {
  const { yoto_client_id: client_id, yoto_refresh_token_file: file } = OLD_WORDS;
  if (!reader.isSaid(client_id, file)) return null;
  const account = reader.account("yoto", "Yoto", { client_id });
  const path = reader.read(file);
  if (path === null) return account;
  const begun = { ...account, written_as: { ...account.written_as, refresh_token: file.variable } };
  const refresh_token = tokenIn(path);
  if (refresh_token === null) {
    const unread_beginning = `${file.variable} names ${path}, which can't be read or holds no refresh token: sign in on the page.`;
    return { ...begun, unread_beginning };
  }
  reader.hide(refresh_token);
  reader.notes.push(
    `${file.variable}: the refresh token in it begins the account Yoto, once; the file is left as it is. Stop what used it until now: only one program can.`,
  );
  return { ...begun, refresh_token };
}

function wattTime(reader: Reader): AccountSettings | null {
  const { watttime_username: username, watttime_password: password, watttime_token: token, grid_region } = OLD_WORDS;
  if (!reader.isSaid(username, password, token, grid_region)) return null;
  if (reader.isSaid(token) && !reader.isSaid(username, password))
    return { ...reader.account("static", "WattTime", { token }), api_url: reader.wattTimeUrl };
  if (!reader.isSaid(username, password)) {
    reader.problem(
      grid_region,
      "WattTime can't log in: set WATTTIME_USERNAME and WATTTIME_PASSWORD, or WATTTIME_API_TOKEN.",
    );
  }
  return reader.account("watttime", "WattTime", { username, password, token });
}

/** Reads old words as the fields of an account, and notes what each became. */
class Reader {
  readonly notes: string[];
  readonly #fields: SettingFields;
  readonly #refresh: RefreshPolicy;

  constructor(fields: SettingFields, refresh: RefreshPolicy, notes: string[]) {
    this.#fields = fields;
    this.#refresh = refresh;
    this.notes = notes;
  }

  isSaid(...words: readonly Word[]): boolean {
    return words.some((word) => this.#fields.written(word) !== undefined);
  }

  read(word: Word): string | null {
    if (word.kind === "text") return this.#fields.text(word);
    return word.kind === "password" ? this.#fields.password(word) : this.#fields.secret(word);
  }

  hide(value: string): void {
    this.#fields.hide(value);
  }

  /** Where the API of WattTime lies. */
  get wattTimeUrl(): string {
    return this.#fields.url(GATEWAY_SETTINGS.watttime_url) ?? WATTTIME_URL;
  }

  /** Says of the words that are there that they are not used, and why. */
  leave(why: string, ...words: readonly Word[]): void {
    for (const word of words) {
      // Reading a secret keeps it out of the log, too.
      if (this.read(word) !== null) this.notes.push(`${word.variable} is not used: ${why}.`);
    }
  }

  problem(word: Word, message: string): void {
    this.#fields.problem(word, message);
  }

  account(provider: string, name: string, words: Readonly<Partial<Record<AccountField, Word>>>): AccountSettings {
    const said = Object.entries(words).flatMap(([field, word]) => {
      const value = this.read(word);
      if (value === null) return [];
      this.notes.push(`${word.variable} became the ${field} of the account ${name} (${provider}).`);
      return [[field, value] as const];
    });
    return {
      ...Object.fromEntries(said),
      provider,
      name,
      refresh: this.#refresh,
      written_as: Object.fromEntries(Object.entries(words).map(([field, word]) => [field, word.variable])),
    };
  }
}

/** The token alone, or in JSON as `refresh_token`; null where there is none. */
function tokenIn(path: string): string | null {
  let content: string;
  try {
    content = readFileSync(path, "utf8")
      .replace(/^\u{feff}/u, "")
      .trim();
  } catch {
    return null;
  }
  const parsed = parseJson(content);
  const token = isObject(parsed) ? parsed["refresh_token"] : content;
  return typeof token === "string" && token !== "" ? token : null;
}

function text(variable: string): TextSetting {
  return { variable, option: null, kind: "text", otherwise: null };
}

function secret(variable: string): SecretSetting {
  return { variable, option: null, kind: "secret" };
}
