import type { FailureClass } from "../account.ts";
import type { Grant } from "./grants.ts";
import type { ClientAuthentication, AccountField, TokenPlace } from "./provider-fields.ts";

/**
 * A provider is data: where its endpoints are, and in which ways it differs from the standard. The keeper's code knows
 * no provider by name. Plain values only: a provider is handed to the worker thread as it is.
 */
export interface Provider {
  readonly id: string;
  /** Its name in sentences: "the U-tec cloud". */
  readonly label: string;
  /** Its name alone, in a list. */
  readonly title: string;
  /** What accounts of it are for, in one sentence. */
  readonly purpose: string;
  /** Its accounts have devices, which are looked for. */
  readonly hasDevices: boolean;
  readonly grant: Grant;
  /** Those that an account may choose from, the usual one first; null where there is no choice. */
  readonly grants: readonly Grant[] | null;
  /** What its accounts log in with, in sentences; null for what their grant usually takes. */
  readonly credentials: string | null;
  /** A person gave its address, which may be wrong. */
  readonly addressGiven: boolean;
  /** The fields that an account of it has, beside its name. */
  readonly fields: ProviderFields;
  /** Null where the provider has none, or each account says its own. */
  readonly authorizeUrl: string | null;
  /** The token endpoint, or the login that is asked instead. */
  readonly tokenUrl: string | null;
  /** Where a sign-in on another device begins (RFC 8628). */
  readonly deviceAuthorizationUrl: string | null;
  /** Where a grant is ended (RFC 7009). */
  readonly revocationUrl: string | null;
  readonly scope: string | null;
  /** For which API the tokens are meant, where the token endpoint wants it said. */
  readonly audience: string | null;
  readonly clientAuthentication: ClientAuthentication;
  /** Its server takes PKCE with S256 (RFC 7636); with a public client it is used in any case. */
  readonly knowsPkce: boolean;
  /** Names under which the redirect may carry the code, best first. */
  readonly codeParameters: readonly string[];
  /** Where in an answer the token fields may lie, best first; the empty path is the answer itself. */
  readonly answerPaths: readonly (readonly string[])[];
  /** The token may come in the answer's `Authorization` header. */
  readonly tokenInHeader: boolean;
  /** Where the account's token was found, which is looked at first. */
  readonly tokenPlace: TokenPlace | null;
  /** The life of an access token whose answer names none; null where nobody knows. */
  readonly defaultLifeMs: number | null;
  /** The grant dies when it is not used for longer; null where it does not. */
  readonly idleIntervalMs: number | null;
  /** Refresh so long before a token ends, where the provider asks for it; null for a share of the life. */
  readonly refreshBufferMs: number | null;
  readonly envelope: Envelope | null;
  /** How to read an error that is not in the words of the standard; the first match counts. */
  readonly errorRules: readonly ErrorRule[];
  readonly identity: IdentityRequest | null;
  readonly api: ProviderApi;
}

/** Where an account's API lies and how it is asked: requests of other programs are passed on to it with a token. */
export interface ProviderApi {
  /** Its base address; null where nobody has said it. */
  readonly url: string | null;
  readonly token: TokenPlacement;
  /** Where in an answer, whatever its status, the token is refused, and in which words. HTTP 401 says it anyway. */
  readonly refusals: readonly { readonly path: readonly string[]; readonly words: readonly string[] }[];
  /** Where an answer that claims success holds an error. */
  readonly errors: readonly (readonly string[])[];
  /** How long an earlier answer may stand in while the cloud fails; 0: not at all. */
  readonly keptMs: number;
}

/** How a request carries the token. */
export type TokenPlacement =
  | { readonly in: "header"; readonly name: string; readonly prefix: string }
  | { readonly in: "query"; readonly name: string };

export interface ProviderFields {
  readonly required: readonly AccountField[];
  readonly optional: readonly AccountField[];
  /** What belongs together: an account has at least one of these whole, and none in part. */
  readonly oneOf?: readonly (readonly AccountField[])[];
  /** It has a client and nothing else, copied from the cloud's own app: whatever looks different was copied wrong. */
  readonly clientOnly?: true;
  /** What this provider's people are told of a field, in place of what is said of it in general. */
  readonly help?: Readonly<Partial<Record<AccountField, string>>>;
  /** What only the first token is asked for with. */
  readonly begins?: "refresh_token";
}

/** A wrapper that carries a status of its own inside an HTTP 200. */
export interface Envelope {
  readonly status: readonly string[];
  readonly messages: readonly (readonly string[])[];
}

export interface ErrorRule {
  /** Words (a regular expression, ignoring case) looked for in the error's code and messages. */
  readonly words: string;
  readonly class: FailureClass;
  readonly code: string;
}

/** How to ask the cloud who has signed in. */
export interface IdentityRequest {
  /** Below the API's address. */
  readonly path: string;
  /** Posted as JSON; `{uuid}` in a string stands for a fresh UUID. */
  readonly body: unknown;
  /** Where in the answer the user's id lies. */
  readonly user: readonly string[];
}

const STANDARD_API: ProviderApi = {
  url: null,
  token: { in: "header", name: "authorization", prefix: "Bearer " },
  refusals: [],
  errors: [["error"], ["errors"]],
  keptMs: 3_600_000,
};

/** What most APIs have in common, with the base address of this one. */
export function apiAt(url: string, differs: Partial<ProviderApi> = {}): ProviderApi {
  return { ...STANDARD_API, ...differs, url };
}

/** What most clouds have in common: the defaults of a provider. */
export const STANDARD = {
  grant: "authorization_code",
  hasDevices: false,
  grants: null,
  credentials: null,
  addressGiven: false,
  authorizeUrl: null,
  tokenUrl: null,
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  scope: null,
  audience: null,
  clientAuthentication: "client_secret_post",
  knowsPkce: false,
  codeParameters: ["code"],
  answerPaths: [[], ["data"], ["result"]],
  tokenInHeader: false,
  tokenPlace: null,
  defaultLifeMs: 3_600_000,
  idleIntervalMs: null,
  refreshBufferMs: null,
  envelope: null,
  errorRules: [],
  identity: null,
  api: STANDARD_API,
} as const satisfies Omit<Provider, "id" | "label" | "title" | "purpose" | "fields">;
