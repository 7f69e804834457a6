import type { Grant } from "../../../src/keeper/providers/grants.ts";
import type { AccountField } from "../../../src/keeper/providers/provider-fields.ts";
import { HOUR, MINUTE } from "../times.ts";
import type { FieldDescription, ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";

const CODE: readonly Grant[] = ["authorization_code"];
const OAUTH: readonly Grant[] = [...CODE, "device_code", "client_credentials"];

const BY_LIFE = { refresh_buffer_ms: null, idle_interval_ms: null } as const;

/** As `GET api/providers` describes them. */
export const DESCRIPTIONS: readonly ProviderDescription[] = [
  {
    id: "utec",
    label: "U-tec",
    purpose: "Smart locks and other devices of U-tec, Ultraloq and Xthings.",
    has_devices: true,
    grants: CODE,
    fields: [
      needed("client_id", "Client ID", "As the Xthings Home app shows it under OpenAPI.", CODE),
      { ...needed("client_secret", "Client secret", "As the app shows it under OpenAPI.", CODE), secret: true },
      { ...needed("redirect_uri", "Redirect URI", "Exactly the one that is saved in the app.", CODE), kind: "url" },
    ],
    ...BY_LIFE,
    one_of: [],
  },
  {
    id: "yoto",
    label: "Yoto",
    purpose: "Yoto players and cards: a sign-in that is kept alive while nobody plays.",
    has_devices: false,
    grants: ["device_code"],
    fields: [
      needed("client_id", "Client ID", "As Yoto's developer dashboard shows it.", ["device_code"]),
      {
        ...optional("refresh_token", "Refresh token", "One that another program was given.", ["device_code"]),
        secret: true,
      },
    ],
    ...BY_LIFE,
    idle_interval_ms: 12 * HOUR,
    one_of: [],
  },
  {
    id: "watttime",
    label: "WattTime",
    purpose: "How much carbon the grid's electricity costs at the moment, from WattTime.",
    has_devices: false,
    grants: ["basic"],
    fields: [
      needed("username", "User name", "The user name that you registered at WattTime.", ["basic"]),
      { ...needed("password", "Password", "Its password.", ["basic"]), secret: true },
      { ...optional("token", "Token", "A token that stands in while no login works.", ["basic"]), secret: true },
    ],
    ...BY_LIFE,
    refresh_buffer_ms: 5 * MINUTE,
    one_of: [],
  },
  {
    id: "login",
    label: "Login",
    purpose: "Any cloud that gives a token for a user name and a password.",
    has_devices: false,
    grants: ["password"],
    fields: [
      {
        ...needed("url", "Login's address", "The address of the login, or only of its server.", ["password"]),
        kind: "url",
      },
      optional("username", "User name", "The user name or e-mail address of the login.", ["password"]),
      { ...optional("password", "Password", "The password of the login.", ["password"]), secret: true },
      optional("client_id", "Client ID", "As the cloud shows it for your application.", ["password"]),
      { ...optional("client_secret", "Client secret", "As the cloud shows it.", ["password"]), secret: true },
      { ...optional("token", "Token", "A token that stands in while no login works.", ["password"]), secret: true },
    ],
    ...BY_LIFE,
    one_of: [
      ["username", "password"],
      ["client_id", "client_secret"],
    ],
  },
  {
    id: "oauth2",
    label: "OAuth 2.0",
    purpose: "Any other cloud that signs in by OAuth 2.0, with a person or by itself.",
    has_devices: false,
    grants: OAUTH,
    fields: [
      needed("client_id", "Client ID", "As the cloud shows it for your application.", OAUTH),
      {
        ...optional("grant", "Grant", "How the gateway gets its tokens.", OAUTH),
        kind: "choice",
        values: OAUTH,
        default: "authorization_code",
      },
      {
        ...optional("client_secret", "Client secret", "As the cloud shows it for your application.", OAUTH),
        secret: true,
        required_for: ["client_credentials"],
      },
      {
        ...optional("redirect_uri", "Redirect URI", "Exactly the one that the cloud knows.", CODE),
        kind: "url",
        required_for: CODE,
      },
      { ...optional("issuer", "Issuer", "Where the discovery document lies.", OAUTH), kind: "url" },
      { ...optional("token_url", "Token endpoint", "Where there is no issuer.", OAUTH), kind: "url" },
      optional("scope", "Scope", "What the tokens are to allow, separated by spaces.", OAUTH),
      {
        ...optional("client_authentication", "Client authentication", "How the client secret is sent.", OAUTH),
        kind: "choice",
        values: ["client_secret_post", "client_secret_basic", "none"],
        default: "client_secret_post",
      },
    ],
    ...BY_LIFE,
    one_of: [],
  },
  {
    id: "static",
    label: "Static token",
    purpose: "A token that was made elsewhere and never changes: the last resort.",
    has_devices: false,
    grants: ["static"],
    fields: [
      {
        ...needed("token", "Token", "A token that was made elsewhere. The gateway can't renew it.", ["static"]),
        secret: true,
      },
    ],
    ...BY_LIFE,
    one_of: [],
  },
];

function optional(name: AccountField, label: string, help: string, grants: readonly Grant[]): FieldDescription {
  const nothing = {
    kind: "text",
    values: [],
    secret: false,
    required: false,
    required_for: [],
    default: null,
  } as const;
  return { name, label, help, grants, ...nothing };
}

function needed(name: AccountField, label: string, help: string, grants: readonly Grant[]): FieldDescription {
  return { ...optional(name, label, help, grants), required: true, required_for: grants };
}
