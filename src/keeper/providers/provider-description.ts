import { GRANTS } from "./grants.ts";
import { CLIENT_AUTHENTICATIONS } from "./provider-fields.ts";
import type { Grant } from "./grants.ts";
import type { AccountField } from "./provider-fields.ts";
import type { Provider } from "./provider.ts";

/** What a value of a field is: any text, a web address, or one of a few words. */
export const FIELD_KINDS = ["text", "url", "choice"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** A field of a provider's accounts, for those who build a form, and for those who fill one in. */
export interface FieldDescription {
  readonly name: AccountField;
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  readonly kind: FieldKind;
  /** What is allowed of a choice, the usual one first; else empty. */
  readonly values: readonly string[];
  /** Never shown again once it is stored. */
  readonly secret: boolean;
  /** With each of the provider's grants. */
  readonly required: boolean;
  /** The grants with which it means something. */
  readonly grants: readonly Grant[];
  /** The grants with which an account can't be without it. */
  readonly required_for: readonly Grant[];
  /** What counts without it, where that can be told. */
  readonly default: string | null;
}

/** A provider for people and programs: all that is needed to add an account of it. */
export interface ProviderDescription {
  readonly id: string;
  readonly label: string;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  /** Devices are looked for with its accounts; else they are there for their tokens. */
  readonly has_devices: boolean;
  /** The ways in which its accounts get tokens, the usual one first. */
  readonly grants: readonly Grant[];
  readonly fields: readonly FieldDescription[];
  /** So long before the end of a token it is refreshed, where its account does not say otherwise; null: by its life. */
  readonly refresh_buffer_ms: number | null;
  /** The cloud wants its grants used at least this often; null where that does not matter to it. */
  readonly idle_interval_ms: number | null;
  /** Fields that belong together: an account has at least one of these groups whole. Empty where there are none. */
  readonly one_of: readonly (readonly AccountField[])[];
}

interface FieldData {
  readonly label: string;
  readonly help: string;
  readonly kind?: FieldKind;
  readonly values?: readonly string[];
  readonly secret?: true;
  /** Absent: with every grant. */
  readonly grants?: readonly Grant[];
  /** Grants that can't do without it, where a provider allows others that can. */
  readonly needed?: readonly Grant[];
}

/** Every field that an account may have, whatever its provider. */
export const ACCOUNT_FIELDS: Readonly<Record<AccountField, FieldData>> = {
  client_id: { label: "Client ID", help: "As the cloud shows it for your application." },
  client_secret: {
    label: "Client secret",
    help: "As the cloud shows it for your application.",
    secret: true,
    needed: ["client_credentials"],
  },
  redirect_uri: {
    label: "Redirect URI",
    help: "Exactly the one that the cloud knows.",
    kind: "url",
    grants: ["authorization_code"],
    needed: ["authorization_code"],
  },
  grant: { label: "Grant", help: "How the gateway gets its tokens.", kind: "choice", values: GRANTS },
  issuer: {
    label: "Issuer",
    help: "The address under which the discovery document lies; with it no endpoint needs to be named.",
    kind: "url",
  },
  authorize_url: {
    label: "Authorization endpoint",
    help: "The address at which people sign in, where there is no issuer.",
    kind: "url",
    grants: ["authorization_code"],
  },
  token_url: { label: "Token endpoint", help: "The address that gives tokens, where there is no issuer.", kind: "url" },
  device_authorization_url: {
    label: "Device authorization endpoint",
    help: "The address at which a sign-in on another device begins, where there is no issuer.",
    kind: "url",
    grants: ["device_code"],
  },
  revocation_url: {
    label: "Revocation endpoint",
    help: "The address at which a sign-out is made known, where there is one.",
    kind: "url",
  },
  url: {
    label: "Login's address",
    help: "The address of the login itself, or only of its server: then the usual paths are tried.",
    kind: "url",
  },
  username: { label: "User name", help: "The user name or e-mail address of the login." },
  password: { label: "Password", help: "The password of the login.", secret: true },
  token: { label: "Token", help: "A token that was made elsewhere. The gateway can't renew it.", secret: true },
  refresh_token: {
    label: "Refresh token",
    help: "One that another program was given; from then on only the gateway may use it.",
    secret: true,
  },
  scope: { label: "Scope", help: "What the tokens are to allow, in the cloud's own words, separated by spaces." },
  audience: { label: "Audience", help: "The API that the tokens are meant for, where the cloud wants it said." },
  api_url: {
    label: "API's address",
    help: "The address that all addresses of the API begin with, for the broker.",
    kind: "url",
  },
  token_in: {
    label: "Token's place",
    help: "How the API takes the token: bearer, header: with a header's name, or query: with a parameter's.",
  },
  kept_answers_s: {
    label: "Answers kept",
    help: "For how many seconds the broker may hand out an answer that it has kept, when the cloud fails.",
  },
  client_authentication: {
    label: "Client authentication",
    help: "How the client secret is sent.",
    kind: "choice",
    values: CLIENT_AUTHENTICATIONS,
  },
};

export const ALL_FIELDS = Object.keys(ACCOUNT_FIELDS) as readonly AccountField[];
export const SECRET_FIELDS = ALL_FIELDS.filter(isSecret);

/** Never told again once it is stored. */
export function isSecret(name: AccountField): boolean {
  return ACCOUNT_FIELDS[name].secret === true;
}

/** The ways in which accounts of the provider may get tokens, the usual one first. */
export function grantsOf({ grants, grant }: Pick<Provider, "grants" | "grant">): readonly Grant[] {
  return grants ?? [grant];
}

export function describeProvider(provider: Provider): ProviderDescription {
  const { id, title, purpose, hasDevices, fields, refreshBufferMs, idleIntervalMs } = provider;
  const { required, optional } = fields;
  const always = new Set(required);
  const names = [...new Set([...required, ...optional])];
  return {
    id,
    label: title,
    purpose,
    has_devices: hasDevices,
    grants: grantsOf(provider),
    fields: names.map((name) => describeField(provider, name, always.has(name))),
    refresh_buffer_ms: refreshBufferMs,
    idle_interval_ms: idleIntervalMs,
    one_of: fields.oneOf ?? [],
  };
}

function describeField(provider: Provider, name: AccountField, always: boolean): FieldDescription {
  const { label, help, kind = "text", secret = false, grants, needed, values = [] } = ACCOUNT_FIELDS[name];
  const all = grantsOf(provider);
  const used = grants === undefined ? all : all.filter((grant) => grants.includes(grant));
  const required_for = always ? used : used.filter((grant) => needed?.includes(grant));
  return {
    name,
    label,
    help: provider.fields.help?.[name] ?? help,
    kind,
    values: name === "grant" ? all : values,
    secret,
    required: required_for.length === all.length,
    grants: used,
    required_for,
    default: defaultOf(provider, name),
  };
}

/** What counts where an account does not say it. */
function defaultOf({ grant, scope, audience, clientAuthentication }: Provider, name: AccountField): string | null {
  const defaults: Partial<Record<AccountField, string | null>> = {
    grant,
    scope,
    audience,
    client_authentication: clientAuthentication,
  };
  return defaults[name] ?? null;
}
