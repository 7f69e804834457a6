import { ACCOUNT_EVENT_KINDS, ACCOUNT_VALUES, FAILURE_CLASSES, INCIDENT_KINDS } from "../../keeper/account-state.ts";
import type {
  AccountError,
  AccountEvent,
  AccountIncident,
  AccountState,
  AccountValue,
} from "../../keeper/account-state.ts";
import { refreshPolicy } from "./refresh-policy.ts";
import { count, described, flag, listOf, named, nullable, object, oneOf, text, time } from "./schema.ts";
import type { PropertiesOf, Schema } from "./schema.ts";

const failureClass = oneOf(FAILURE_CLASSES);

/** The schema of each kind of value that an account has; a list of words is one of them. */
const kinds = {
  text,
  flag,
  count,
  time,
  number: { type: "number" },
  error: object<AccountError>({ class: failureClass, code: text, message: text, at: time }),
  incident: object<AccountIncident>({
    number: count,
    kind: oneOf(INCIDENT_KINDS),
    opened_at: time,
    closed_at: nullable(time),
  }),
  events: listOf(named("AccountEvent")),
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

/** The models of accounts, by name. */
export const accountModels = {
  Account: object<AccountState>({ ...values, ...refreshPolicy }),
  AccountEvent: object<AccountEvent>({
    at: time,
    kind: oneOf(ACCOUNT_EVENT_KINDS),
    generation: count,
    class: nullable(failureClass),
    code: nullable(text),
    message: text,
  }),
};
