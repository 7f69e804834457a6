import { pastedValue, visible } from "../../pasted.ts";
import { Problem } from "../../problem.ts";
import type { AccountChange, ProviderChange, ProviderDetails } from "../account.ts";
import { checkClient, checkName, tidyClient, tidyName } from "./client-details.ts";
import type { ConfigurationProblem } from "./client-details.ts";
import { tokenPlacement } from "../providers/account-provider.ts";
import type { Provider } from "../providers/provider.ts";
import { ACCOUNT_FIELDS, ALL_FIELDS, grantsOf } from "../providers/provider-description.ts";
import { CLIENT_AUTHENTICATIONS } from "../providers/provider-fields.ts";
import type { AccountField, ProviderSettings, AccountConfiguration } from "../providers/provider-fields.ts";
import { bareToken, tokenTrouble } from "../answers/token-text.ts";
import type { TokenTrouble } from "../answers/token-text.ts";
import { phrase } from "../../said/phrase.ts";

const CLIENT_FIELDS = ["client_id", "client_secret", "redirect_uri"] as const;
const CREDENTIAL_FIELDS = ["password", "token", "refresh_token"] as const;
const ADDRESS_FIELDS = [
  "issuer",
  "authorize_url",
  "token_url",
  "device_authorization_url",
  "revocation_url",
  "url",
  "api_url",
] as const;

const LONGEST_VALUE = 1024;
/** A week. */
const LONGEST_KEPT_S = 604_800;

type Said = Readonly<Partial<Record<string, string>>>;

/** What another cloud may want to the letter: a password and its like may hold quotes, commas and brackets. */
const FREE_FIELDS = new Set(["client_secret", "username", "scope"]);

/** What a keyboard does not give, and a copied password brings along; an emoji's parts are none of it. */
const NEVER_TYPED = /[\u{ad}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}\u{2066}-\u{2069}\u{feff}]/u;

/**
 * What a person said of the provider's fields, tidied and laid where it is stored. A password stays as it is: spaces may
 * belong to it.
 */
export function configurationOf(said: ProviderDetails, provider: Provider): AccountConfiguration {
  if (provider.fields.clientOnly) {
    const { name, client_id = "", client_secret = "", redirect_uri = "" } = said;
    return { ...tidyClient({ name, client_id, client_secret, redirect_uri }), settings: {}, credentials: {} };
  }
  const known = new Set<string>(fieldsOf(provider));
  const fields = new Map<string, string>();
  for (const [field, value] of Object.entries<unknown>({ ...said })) {
    if (typeof value !== "string" || !known.has(field)) continue;
    const text = field === "password" ? value : tidied(field as AccountField, value);
    if (text !== "") fields.set(field, text);
  }
  const placed = new Set<string>([...CLIENT_FIELDS, ...CREDENTIAL_FIELDS]);
  const pick = (wanted: (field: string) => boolean): Said =>
    Object.fromEntries([...fields].filter(([field]) => wanted(field)));
  return {
    name: tidyName(said.name),
    client_id: fields.get("client_id") ?? "",
    client_secret: fields.get("client_secret") ?? "",
    redirect_uri: fields.get("redirect_uri") ?? "",
    settings: pick((field) => !placed.has(field)),
    credentials: pick((field) => CREDENTIAL_FIELDS.some((name) => name === field)),
  };
}

function tidied(field: AccountField, value: string): string {
  if (isToken(field)) return bareToken(value);
  return FREE_FIELDS.has(field) ? value.trim() : pastedValue(field, value);
}

/** The configuration after a change. An empty text takes away what is optional. */
export function changedConfiguration(
  stored: AccountConfiguration,
  provider: Provider,
  change: AccountChange & ProviderChange,
): AccountConfiguration {
  const { settings, credentials, ...plain } = stored;
  const known = new Set<string>(["name", ...fieldsOf(provider)]);
  const changes = Object.entries(change).filter(([field, value]) => known.has(field) && value !== undefined);
  const said = { ...plain, ...settings, ...credentials, ...Object.fromEntries(changes), provider: provider.id };
  return configurationOf(said, provider);
}

/** Settings with which the same person at the same cloud may be told otherwise. */
const NOT_THE_USER = new Set<string>([
  "client_authentication",
  "revocation_url",
  "seed_taken",
  "api_url",
  "token_in",
  "kept_answers_s",
]);

/** What tells whose token it is. */
export type TokenOwner = Pick<AccountConfiguration, "client_id" | "settings">;

/** Whether a token of one is still good for the other. */
export function isSameUser(a: TokenOwner, b: TokenOwner): boolean {
  const userOf = ({ client_id, settings }: TokenOwner): string => {
    const fields = Object.entries(settings).filter(([field]) => !NOT_THE_USER.has(field));
    return JSON.stringify([client_id, fields.toSorted(([one], [other]) => (one < other ? -1 : 1))]);
  };
  return userOf(a) === userOf(b);
}

/** The first thing that is wrong with a configuration, or null. */
export function checkConfiguration(provider: Provider, stored: AccountConfiguration): ConfigurationProblem | null {
  if (provider.fields.clientOnly) return checkClient(stored);
  const { name, client_id, client_secret, redirect_uri, settings, credentials } = stored;
  const said: Said = { client_id, client_secret, redirect_uri, ...settings, ...credentials };
  const value = (field: AccountField): string => said[field] ?? "";
  const missing = provider.fields.required.find((field) => value(field) === "");
  return (
    checkName(name) ??
    (missing === undefined ? null : problem(missing, phrase("value_missing", { label: labelOf(missing) }))) ??
    checkPairs(provider.fields.oneOf ?? [], value) ??
    firstOf(fieldsOf(provider), (field) => checkValue(field, value(field))) ??
    firstOf(ADDRESS_FIELDS, (field) => checkAddress(field, value(field))) ??
    checkChoices(provider, settings) ??
    checkApi(settings) ??
    checkUser(provider, settings) ??
    checkEndpoints(provider, stored)
  );
}

/** @throws Problem `bad_request` with the field */
export function requireConfiguration(provider: Provider, stored: AccountConfiguration): void {
  const wrong = checkConfiguration(provider, stored);
  if (wrong !== null) throw new Problem("bad_request", wrong.message, { field: wrong.field });
}

export function fieldsOf({ fields }: Provider): readonly AccountField[] {
  return [...fields.required, ...fields.optional];
}

/** The first field that was said and that accounts of this provider do not have; null where there is none. */
export function fieldOfOthers(provider: Provider, said: object): ConfigurationProblem | null {
  const known = fieldsOf(provider);
  const values = new Map(Object.entries<unknown>({ ...said }));
  const isSaid = (field: AccountField): boolean => (values.get(field) ?? "") !== "";
  const field = ALL_FIELDS.find((field) => isSaid(field) && !known.includes(field));
  if (field === undefined) return null;
  return problem(field, phrase("field_of_others", { cloud: provider.title, field, fields: known.join(", ") }));
}

/** @throws Problem `bad_request` with the field */
export function requireFieldsOf(provider: Provider, said: object): void {
  const other = fieldOfOthers(provider, said);
  if (other !== null) throw new Problem("bad_request", other.message, { field: other.field });
}

/** A field's name within a sentence. */
function labelOf(field: AccountField): string {
  return ACCOUNT_FIELDS[field].label.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}

function checkValue(field: AccountField, value: string): ConfigurationProblem | null {
  if (isToken(field)) return value === "" ? null : checkToken(field, value);
  if (value.length > LONGEST_VALUE) {
    return problem(field, phrase("value_too_long", { label: labelOf(field) }));
  }
  if (/[\r\n\0]/.test(value)) return problem(field, phrase("value_line_end", { label: labelOf(field) }));
  if (field === "password" ? NEVER_TYPED.test(value) : visible(value) !== value) {
    return problem(field, phrase("value_invisible", { label: labelOf(field) }));
  }
  return null;
}

const TOKEN_TROUBLES: Readonly<Record<TokenTrouble, string>> = {
  blank: phrase("part_token_trouble_blank"),
  too_short: phrase("part_token_trouble_short"),
  too_long: phrase("part_token_trouble_long"),
  characters: phrase("part_token_trouble_characters"),
  placeholder: phrase("part_token_trouble_placeholder"),
};

function checkToken(field: AccountField, value: string): ConfigurationProblem | null {
  const trouble = tokenTrouble(value);
  return trouble === null
    ? null
    : problem(field, phrase("token_wrong", { label: labelOf(field), token_trouble: TOKEN_TROUBLES[trouble] }));
}

function isToken(field: string): boolean {
  return field === "token" || field === "refresh_token";
}

function checkAddress(field: AccountField, value: string): ConfigurationProblem | null {
  if (value === "") return null;
  const url = URL.parse(value);
  const usable =
    url !== null && /^https?:$/.test(url.protocol) && url.hash === "" && url.username === "" && url.password === "";
  if (usable) return null;
  return problem(field, phrase("value_address", { label: labelOf(field) }));
}

function checkChoices(
  provider: Provider,
  { grant, client_authentication: way }: ProviderSettings,
): ConfigurationProblem | null {
  if (grant !== undefined && !grantsOf(provider).includes(grant)) {
    return problem("grant", phrase("grant_choice", { values: grantsOf(provider).join(", ") }));
  }
  if (way !== undefined && !CLIENT_AUTHENTICATIONS.includes(way)) {
    return problem(
      "client_authentication",
      phrase("client_authentication_choice", { values: CLIENT_AUTHENTICATIONS.join(", ") }),
    );
  }
  return null;
}

/** What belongs together is there as a whole, at least once. */
function checkPairs(
  pairs: readonly (readonly AccountField[])[],
  value: (field: AccountField) => string,
): ConfigurationProblem | null {
  const isGiven = (field: AccountField): boolean => value(field) !== "";
  const half = pairs.find((pair) => pair.some(isGiven) && !pair.every(isGiven));
  const missing = half?.find((field) => !isGiven(field));
  if (missing !== undefined) return problem(missing, phrase("value_missing", { label: labelOf(missing) }));
  const [first = []] = pairs;
  const [field] = first;
  if (field === undefined || pairs.some((pair) => pair.every(isGiven))) return null;
  const wanted = pairs.map((pair) => pair.map((one) => labelOf(one)).join(" and ")).join(", or ");
  return problem(field, phrase("values_wanted", { values: wanted }));
}

function checkApi({ api_url, token_in, kept_answers_s }: ProviderSettings): ConfigurationProblem | null {
  if (api_url !== undefined && new URL(api_url).search !== "") {
    return problem("api_url", phrase("api_address_end"));
  }
  if (token_in !== undefined && tokenPlacement(token_in) === null) {
    return problem("token_in", phrase("token_place"));
  }
  if (kept_answers_s !== undefined && !(/^\d{1,6}$/.test(kept_answers_s) && Number(kept_answers_s) <= LONGEST_KEPT_S)) {
    return problem("kept_answers_s", phrase("kept_answers_limit", { max: LONGEST_KEPT_S }));
  }
  return null;
}

/** RFC 7617: what follows the first colon is the password. */
function checkUser({ grant }: Provider, { username = "" }: ProviderSettings): ConfigurationProblem | null {
  if (grant !== "basic" || !username.includes(":")) return null;
  return problem("username", phrase("user_name_colon"));
}

function checkEndpoints(
  provider: Provider,
  { settings, redirect_uri, client_secret }: AccountConfiguration,
): ConfigurationProblem | null {
  const grant = settings.grant ?? provider.grant;
  const discovered = settings.issuer !== undefined;
  if (
    provider.tokenUrl === null &&
    settings.url === undefined &&
    settings.token_url === undefined &&
    !discovered &&
    grant !== "static"
  ) {
    return problem("issuer", phrase("issuer_missing"));
  }
  if (grant === "client_credentials" && client_secret === "") {
    return problem("client_secret", phrase("client_secret_missing"));
  }
  if (grant === "device_code") {
    const known =
      provider.deviceAuthorizationUrl !== null || settings.device_authorization_url !== undefined || discovered;
    return known ? null : problem("device_authorization_url", phrase("device_endpoint_missing"));
  }
  if (grant !== "authorization_code") return null;
  if (redirect_uri === "") return problem("redirect_uri", phrase("redirect_uri_missing"));
  const authorizes = provider.authorizeUrl !== null || settings.authorize_url !== undefined || discovered;
  return authorizes ? null : problem("authorize_url", phrase("authorize_endpoint_missing"));
}

function firstOf<T>(all: readonly T[], check: (one: T) => ConfigurationProblem | null): ConfigurationProblem | null {
  for (const one of all) {
    const wrong = check(one);
    if (wrong !== null) return wrong;
  }
  return null;
}

function problem(field: AccountField, message: string): ConfigurationProblem {
  return { field, message };
}
