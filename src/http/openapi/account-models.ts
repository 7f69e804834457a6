import {
  ACCOUNT_EVENT_KINDS,
  ACCOUNT_VALUES,
  FAILURE_CLASSES,
  INCIDENT_KINDS,
  LOGIN_FORMATS,
  LOGIN_OUTCOMES,
} from "../../keeper/account-state.ts";
import type {
  AccountError,
  AccountEvent,
  AccountIncident,
  AccountState,
  AccountValue,
  DeviceCodeState,
  LoginAttempt,
} from "../../keeper/account-state.ts";
import type { AccountSettings } from "../../keeper/account.ts";
import { ACCOUNT_FIELDS, ALL_FIELDS, FIELD_KINDS, SECRET_FIELDS } from "../../keeper/providers/provider-description.ts";
import type { FieldDescription, ProviderDescription } from "../../keeper/providers/provider-description.ts";
import { GRANTS } from "../../keeper/providers/grants.ts";
import type { AccountField } from "../../keeper/providers/provider-fields.ts";
import { POLICY_LIMITS } from "../../keeper/schedule/refresh-limits.ts";
import { count, described, flag, listOf, named, nullable, object, oneOf, said, text, time } from "./schema.ts";
import type { PropertiesOf, Schema } from "./schema.ts";

const failureClass = oneOf(FAILURE_CLASSES);

/** The schema of each kind of value that an account has; a list of words is one of them. */
const kinds = {
  text,
  flag,
  count,
  time,
  number: { type: "number" },
  error: object<AccountError>({ class: failureClass, code: text, message: text, said, at: time }),
  incident: object<AccountIncident>({
    number: count,
    kind: oneOf(INCIDENT_KINDS),
    opened_at: time,
    closed_at: nullable(time),
  }),
  events: listOf(named("AccountEvent")),
  device_code: object<DeviceCodeState>({
    user_code: nullable(text),
    verification_uri: nullable(text),
    verification_uri_complete: nullable(text),
    expires_at: time,
  }),
  attempts: listOf(
    object<LoginAttempt>({
      url: text,
      format: oneOf(LOGIN_FORMATS),
      outcome: oneOf(LOGIN_OUTCOMES),
      message: text,
      said,
      at: time,
    }),
  ),
} as const;

function schemaOf(value: AccountValue): Schema {
  const { kind, description } = value;
  const schema = typeof kind === "string" ? kinds[kind] : oneOf(kind);
  const whole = value.nullable === true ? nullable(schema) : schema;
  return description === undefined ? whole : described(whole, description);
}

const values = Object.fromEntries(
  Object.entries<AccountValue>(ACCOUNT_VALUES).map(([name, value]) => [name, schemaOf(value)]),
) as PropertiesOf<AccountState>;

/** What may be said of an account; which of it, is its provider's matter. */
export const accountFields = Object.fromEntries(
  ALL_FIELDS.map((name) => {
    const { label, help } = ACCOUNT_FIELDS[name];
    return [name, { optional: described(text, `${label}. ${help}`) }];
  }),
) as PropertiesOf<Partial<Readonly<Record<AccountField, string>>>>;

/** Those of them that are told again. */
const plainFields = Object.fromEntries(
  Object.entries(accountFields).filter(([name]) => !SECRET_FIELDS.some((secret) => secret === name)),
) as PropertiesOf<Partial<Readonly<Record<AccountField, string>>>>;

/** The properties of a `RefreshPolicy`, in an account and in a change of one. */
export const refreshPolicy = {
  automatic_refresh: described(flag, "False: nothing is called until a person asks for a refresh."),
  refresh_buffer_ms: limited("refresh_buffer_ms", "Refresh this long before expiry."),
  refresh_buffer_share: limited(
    "refresh_buffer_share",
    "The same as a share of the token's life. At most one of the two is set.",
  ),
  idle_interval_ms: limited(
    "idle_interval_ms",
    "Refresh at least this often; without it as often as the provider needs.",
  ),
} as const satisfies Readonly<Record<string, Schema>>;

function limited(field: keyof typeof POLICY_LIMITS, description: string): Schema {
  const { min, max } = POLICY_LIMITS[field];
  return described(nullable({ type: "number" }), `${description} From ${min} to ${max}, or null.`);
}

/** The models of accounts, by name. */
export const accountModels = {
  Account: object<AccountState>({ ...values, ...refreshPolicy }),
  AccountSettings: object<AccountSettings>({
    account_id: text,
    fields: described(
      object<Partial<Readonly<Record<AccountField, string>>>>(plainFields),
      "By the field's name: those that are neither secret nor empty.",
    ),
    secrets_set: described(
      listOf(oneOf(SECRET_FIELDS)),
      "The secret fields of which something is stored that can be read.",
    ),
  }),
  AccountEvent: object<AccountEvent>({
    at: time,
    kind: oneOf(ACCOUNT_EVENT_KINDS),
    generation: count,
    class: nullable(failureClass),
    code: nullable(text),
    message: text,
    said,
  }),
  Provider: object<ProviderDescription>({
    id: text,
    label: text,
    purpose: described(text, "What its accounts are for, in one sentence."),
    has_devices: described(flag, "Devices are looked for with its accounts; else they are there for their tokens."),
    grants: described(listOf(oneOf(GRANTS)), "The ways in which its accounts get tokens, the usual one first."),
    fields: described(
      listOf(
        object<FieldDescription>({
          name: oneOf(ALL_FIELDS),
          label: text,
          help: text,
          kind: oneOf(FIELD_KINDS),
          values: described(listOf(text), "What is allowed of a choice, the usual one first; else empty."),
          secret: described(flag, "Sent to the gateway and never back."),
          required: described(flag, "With every grant."),
          grants: described(listOf(oneOf(GRANTS)), "The grants with which it means something."),
          required_for: described(listOf(oneOf(GRANTS)), "The grants that can't do without it."),
          default: described(nullable(text), "What counts without it, where that can be told."),
        }),
      ),
      "What an account of it has beside its name, the required ones first.",
    ),
    refresh_buffer_ms: described(
      nullable({ type: "number" }),
      "So long before its end a token is refreshed where the account does not say otherwise; null: at 70 to 90 % of its life.",
    ),
    idle_interval_ms: described(
      nullable({ type: "number" }),
      "The cloud wants its grants used at least this often; null where that does not matter to it.",
    ),
    one_of: described(
      listOf(listOf(oneOf(ALL_FIELDS))),
      "Fields that belong together: an account has at least one of these groups whole. Empty where there are none.",
    ),
  }),
};
