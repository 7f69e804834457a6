import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { ClientDetails, RefreshPolicy } from "../keeper/account.ts";
import type { Secrets } from "../log.ts";
import { pastedValue } from "../pasted.ts";
import { readRefreshSettings } from "./refresh-settings.ts";
import { SettingFields } from "./setting-fields.ts";
import { fromOptions } from "./setting-source.ts";
import type { SettingGroup } from "./setting.ts";

/** An account named in the options or the environment. Its fields are checked by the keeper, which owns their rules. */
export interface AccountSettings extends ClientDetails {
  readonly refresh: RefreshPolicy;
  /** What each field is called where it was written. */
  readonly written_as: Readonly<Record<string, string>>;
}

/** Of one account: the only one in the environment, or each in the list `accounts` of the options. */
export const ACCOUNT_SETTINGS = {
  name: { variable: "UTEC_GATEWAY_ACCOUNT_NAME", option: "name", kind: "text", otherwise: null },
  client_id: { variable: "UTEC_GATEWAY_CLIENT_ID", option: "client_id", kind: "text", otherwise: null },
  client_secret: { variable: "UTEC_GATEWAY_CLIENT_SECRET", option: "client_secret", kind: "secret" },
  redirect_uri: { variable: "UTEC_GATEWAY_REDIRECT_URI", option: "redirect_uri", kind: "text", otherwise: null },
} as const satisfies SettingGroup;

/** What an account is called that was given no name in the environment. */
export const USUAL_NAME = "U-tec";

/** One account can be named by the environment; more are added on the page. */
export function environmentAccount(fields: SettingFields, refresh: RefreshPolicy): AccountSettings[] {
  const account = readAccount(fields, USUAL_NAME, refresh);
  const { client_id, client_secret, redirect_uri } = account;
  return client_id === "" && client_secret === "" && redirect_uri === "" ? [] : [account];
}

/**
 * The accounts in the options.
 *
 * @param value what the options hold of them
 * @param fields of the options, for what is wrong with it
 * @param forAll what holds for an account that has no refresh settings of its own
 */
export function optionAccounts(
  value: unknown,
  fields: SettingFields,
  secrets: Secrets,
  forAll: RefreshPolicy,
): AccountSettings[] {
  const needed = Object.keys(ACCOUNT_SETTINGS)
    .join(", ")
    .replace(/, (?=\w+$)/, " and ");
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    fields.problem("accounts", `accounts must be a list of accounts, each with ${needed}.`);
    return [];
  }
  const accounts = new Map<string, number>();
  return value.flatMap((entry: unknown, index) => {
    if (!isObject(entry)) {
      fields.problem(`accounts[${index}]`, `Account ${index + 1} must have ${needed}.`);
      return [];
    }
    const account = optionAccount(entry, index, fields, secrets, forAll);
    const client = pastedValue("client_id", account.client_id);
    const first = accounts.get(client);
    if (client === "" || first === undefined) {
      accounts.set(client, index);
      return [account];
    }
    fields.problem(
      `accounts[${index}].client_id`,
      `Account ${index + 1} has the client ID of account ${first + 1}, so it is left out: list each account once.`,
    );
    return [];
  });
}

function optionAccount(
  entry: JsonObject,
  index: number,
  { problems }: SettingFields,
  secrets: Secrets,
  forAll: RefreshPolicy,
): AccountSettings {
  const own = new SettingFields(fromOptions(entry, `accounts[${index}].`), secrets);
  const account = readAccount(own, `Account ${index + 1}`, readRefreshSettings(own, forAll));
  problems.push(...own.problems);
  return account;
}

function readAccount(fields: SettingFields, usualName: string, refresh: RefreshPolicy): AccountSettings {
  const client_secret = fields.secret(ACCOUNT_SETTINGS.client_secret) ?? "";
  fields.hide(pastedValue("client_secret", client_secret));
  return {
    name: fields.text(ACCOUNT_SETTINGS.name) ?? usualName,
    client_id: fields.text(ACCOUNT_SETTINGS.client_id) ?? "",
    client_secret,
    redirect_uri: fields.text(ACCOUNT_SETTINGS.redirect_uri) ?? "",
    refresh,
    written_as: Object.fromEntries(
      Object.entries(ACCOUNT_SETTINGS).map(([field, setting]) => [field, fields.nameOf(setting)]),
    ),
  };
}
