import { isObject, parseJson } from "../../json.ts";
import type { LoginAttempt, LoginFormat } from "../account-state.ts";
import type { JsonObject } from "../../json.ts";
import type { Grant } from "./grants.ts";

/** How the client proves itself at the token endpoint (RFC 6749 2.3.1); `none`: a public client. */
export const CLIENT_AUTHENTICATIONS = ["client_secret_post", "client_secret_basic", "none"] as const;
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];

/** What a person says of an account beside its name and client, without the secrets. */
export interface ProviderSettings {
  readonly grant?: Grant;
  /** Where the discovery document lies: `{issuer}/.well-known/openid-configuration`, or the OAuth one. */
  readonly issuer?: string;
  readonly authorize_url?: string;
  readonly token_url?: string;
  /** Where a sign-in on another device begins (RFC 8628). */
  readonly device_authorization_url?: string;
  readonly revocation_url?: string;
  readonly scope?: string;
  readonly audience?: string;
  readonly client_authentication?: ClientAuthentication;
  /** Of a login: its own address, or the cloud's, where the usual paths are tried. */
  readonly url?: string;
  readonly username?: string;
  /** The base address of its API, to which requests of other programs are passed on. */
  readonly api_url?: string;
  /** How these carry the token: `bearer`, `header:NAME` or `query:NAME`. */
  readonly token_in?: string;
  /** How many seconds an earlier answer may stand in while the cloud fails. */
  readonly kept_answers_s?: string;
}

/** They as they are stored. */
export interface StoredSettings extends ProviderSettings {
  /** A fingerprint of the refresh token that the options began the account with: it is never sent a second time. */
  readonly seed_taken?: string;
}

/** The secrets among what a person says: they go to the cloud's token endpoint or login and nowhere else. */
export interface ProviderCredentials {
  readonly password?: string;
  /** A static token: the last resort. */
  readonly token?: string;
  /** A refresh token that another program was given, to begin with. */
  readonly refresh_token?: string;
}

/** A piece of what a person says of an account. */
export type AccountField =
  | "client_id"
  | "client_secret"
  | "redirect_uri"
  | keyof ProviderSettings
  | keyof ProviderCredentials;

/** What is stored of an account's details: its client, its settings in the open, its credentials sealed. */
export interface AccountConfiguration {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
  readonly settings: StoredSettings;
  readonly credentials: ProviderCredentials;
}

/** A login as it is asked for. */
export interface LoginRoute {
  readonly url: string;
  readonly format: LoginFormat;
}

/** A try of the search for a login, as it is stored. */
export interface StoredLoginAttempt extends LoginAttempt {
  /** How often it was asked without an answer that says something of the address itself. */
  readonly times: number;
  /** A web page came, or a redirect: where nothing else ever comes, something on the way sends it. */
  readonly page: boolean;
}

/** Where in an answer a token lies: a path in its body, or its header. */
export type TokenPlace = { readonly body: readonly string[] } | { readonly header: "authorization" };

/** What a refusal taught of an account's tokens: a cloud may say that they live longer than they do. */
export interface ProvenLife {
  /** No token is believed to live longer. */
  readonly ms: number;
  /** Each makes the next ones be believed more slowly. */
  readonly refusals: number;
  /** The token that was refused last. */
  readonly generation: number;
}

/** What the gateway found out about the account's cloud; forgotten with any change of its configuration. */
export interface Learned {
  readonly authorize_url?: string;
  readonly token_url?: string;
  readonly device_authorization_url?: string;
  readonly revocation_url?: string;
  /** The server knows PKCE with S256. */
  readonly knows_pkce?: boolean;
  /** When the discovery document was last read again, by what was wrong with the endpoint (epoch ms). */
  readonly read_again?: Readonly<Record<string, number>> | null;
  readonly client_authentication?: ClientAuthentication;
  /** The login that has worked. */
  readonly login_route?: LoginRoute;
  /** How it was searched for. */
  readonly attempts?: readonly StoredLoginAttempt[];
  readonly token_place?: TokenPlace;
  readonly proven_life?: ProvenLife | null;
}

/** Stored JSON as the object that was stored, as its caller names it; empty where it is damaged. */
export function fromJson(json: string | null): JsonObject {
  const value = parseJson(json ?? "");
  return isObject(value) ? value : {};
}
