import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { ProviderDetails, RefreshPolicy } from "../../keeper/account.ts";
import { ACCOUNT_FIELDS, ALL_FIELDS, SECRET_FIELDS, grantsOf } from "../../keeper/providers/provider-description.ts";
import type { AccountField } from "../../keeper/providers/provider-fields.ts";
import { allProviders, DEFAULT_PROVIDER } from "../../keeper/providers/providers.ts";
import type { Secrets } from "../../log.ts";
import { pastedValue } from "../../pasted.ts";
import { readRefreshSettings } from "../refresh-settings.ts";
import { SettingFields } from "../setting-fields.ts";
import { fromOptions } from "../setting-source.ts";
import type { SecretSetting, SettingGroup, TextSetting } from "../setting.ts";

/**
 * An account named in the options, the environment or the accounts' file. Its fields are checked by the keeper, which owns
 * their rules.
 */
export interface AccountSettings extends ProviderDetails {
  readonly refresh: RefreshPolicy;
  /** What each field is called where it was written. */
  readonly written_as: Readonly<Record<string, string>>;
  /** Why the refresh token that it is to begin with can't be read: a mistake only while nobody is signed in. */
  readonly unread_beginning?: string;
}

/** Of one account: the only one in the environment, or each in the list `accounts` of the options. */
export const ACCOUNT_SETTINGS = {
  name: { variable: "UTEC_GATEWAY_ACCOUNT_NAME", option: "name", kind: "text", otherwise: null },
  provider: {
    variable: "UTEC_GATEWAY_ACCOUNT_PROVIDER",
    option: "provider",
    kind: "text",
    otherwise: DEFAULT_PROVIDER,
  },
} as const satisfies SettingGroup;

/** Those that were there before there were other clouds. */
const OLDER_NAMES: Readonly<Partial<Record<AccountField, string>>> = {
  client_id: "UTEC_GATEWAY_CLIENT_ID",
  client_secret: "UTEC_GATEWAY_CLIENT_SECRET",
  redirect_uri: "UTEC_GATEWAY_REDIRECT_URI",
};

/** The fields of accounts of every provider. */
export const FIELD_SETTINGS = Object.fromEntries(
  ALL_FIELDS.map((field) => [field, settingOf(field)] as const),
) as Readonly<Record<AccountField, TextSetting | SecretSetting>>;

function settingOf(field: AccountField): TextSetting | SecretSetting {
  const variable = OLDER_NAMES[field] ?? `UTEC_GATEWAY_ACCOUNT_${field.toUpperCase()}`;
  if (ACCOUNT_FIELDS[field].secret !== true) return { variable, option: field, kind: "text", otherwise: null };
  // What is made by a machine is trimmed, what people think up is not.
  return { variable, option: field, kind: field === "password" ? "password" : "secret" };
}

/** What is allowed of a field that is one of a few words, over all providers; null for any other. */
export function wordsOf(field: AccountField): readonly string[] | null {
  if (field !== "grant") return ACCOUNT_FIELDS[field].values ?? null;
  const choices = allProviders().filter(({ fields }) => fields.optional.includes("grant"));
  return [...new Set(choices.flatMap((provider) => grantsOf(provider)))];
}

/** What an account is called that was given no name in the environment. */
export const USUAL_NAME = "U-tec";

/** One account can be named by the environment; more are in the accounts' file, or added on the page. */
export function environmentAccount(fields: SettingFields, refresh: RefreshPolicy): AccountSettings[] {
  const id = fields.text(ACCOUNT_SETTINGS.provider);
  const title = id === DEFAULT_PROVIDER ? undefined : allProviders().find((provider) => provider.id === id)?.title;
  const account = readAccount(fields, title ?? USUAL_NAME, refresh);
  const isSaid = ALL_FIELDS.some((field) => account[field] !== undefined) || id !== DEFAULT_PROVIDER;
  return isSaid ? [account] : [];
}

/**
 * The accounts in a list, as the options have it.
 *
 * @param fields for what is wrong with the list
 * @param forAll what holds for an account that has no refresh settings of its own
 * @param fieldsOf reads one entry; what is wrong with it is told of by `fields`
 */
export function listedAccounts(
  value: unknown,
  fields: SettingFields,
  forAll: RefreshPolicy,
  fieldsOf: (entry: JsonObject, index: number) => SettingFields,
): AccountSettings[] {
  const needed = "a name and the fields of its provider";
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
    const own = fieldsOf(entry, index);
    const account = readAccount(own, `Account ${index + 1}`, readRefreshSettings(own, forAll));
    fields.problems.push(...own.problems);
    const identity = identityOf(account);
    const first = identity === null ? undefined : accounts.get(identity.key);
    if (identity !== null && first !== undefined) {
      fields.problem(
        own.nameOf(FIELD_SETTINGS[identity.field]),
        `Account ${index + 1} has the ${identity.label} of account ${first + 1}, so it is left out: list each account once.`,
      );
      return [];
    }
    if (identity !== null) accounts.set(identity.key, index);
    return [account];
  });
}

/** The accounts in the add-on's options. */
export function optionAccounts(
  value: unknown,
  fields: SettingFields,
  secrets: Secrets,
  forAll: RefreshPolicy,
): AccountSettings[] {
  return listedAccounts(
    value,
    fields,
    forAll,
    (entry, index) => new SettingFields(fromOptions(entry, `accounts[${index}].`), secrets),
  );
}

/** Who an account is at its cloud; null where nothing tells. */
function identityOf({ provider, client_id = "", username, url = "" }: AccountSettings): {
  readonly key: string;
  readonly field: AccountField;
  readonly label: string;
} | null {
  const client = pastedValue("client_id", client_id);
  if (username !== undefined) {
    return { key: JSON.stringify([provider, client, url, username]), field: "username", label: "user name" };
  }
  if (client === "") return null;
  return { key: JSON.stringify([provider, client]), field: "client_id", label: "client ID" };
}

function readAccount(fields: SettingFields, usualName: string, refresh: RefreshPolicy): AccountSettings {
  const said = ALL_FIELDS.flatMap((field) => {
    const value = readField(fields, FIELD_SETTINGS[field]);
    return value === null ? [] : [[field, value] as const];
  });
  for (const [field, value] of said) if (SECRET_FIELDS.includes(field)) fields.hide(pastedValue(field, value));
  const settings = { ...ACCOUNT_SETTINGS, ...FIELD_SETTINGS };
  return {
    ...Object.fromEntries(said),
    provider: fields.text(ACCOUNT_SETTINGS.provider),
    name: fields.text(ACCOUNT_SETTINGS.name) ?? usualName,
    refresh,
    written_as: Object.fromEntries(Object.entries(settings).map(([field, setting]) => [field, fields.nameOf(setting)])),
  };
}

function readField(fields: SettingFields, setting: TextSetting | SecretSetting): string | null {
  switch (setting.kind) {
    case "text":
      return fields.text(setting);
    case "secret":
      return fields.secret(setting);
    case "password":
      return fields.password(setting);
  }
}
