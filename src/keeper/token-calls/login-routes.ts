import type { LoginFormat } from "../account.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";
import type { ClientCredentials } from "./oauth-client.ts";

/** A user who logs in; empty where a client does. */
export interface UserCredentials {
  readonly username: string;
  readonly password: string;
  readonly scope: string | null;
}

export interface LoginCredentials extends UserCredentials, ClientCredentials {}

/** Where a login may lie, and what it takes. */
export interface LoginToFind {
  readonly routes: readonly LoginRoute[];
  readonly credentials: LoginCredentials;
}

/** Who logs in, as far as it decides how: a user, a client, or both. */
export type LoginName = Pick<LoginCredentials, "username" | "client_id">;

/** Where logins usually are; asked in this order, below the address that the person gave. */
const USUAL_PATHS = [
  "/oauth/token",
  "/api/oauth/token",
  "/auth/oauth/token",
  "/api/auth/token",
  "/api/login",
  "/api/auth/login",
] as const;

/**
 * The ways in which a login is tried at set-up, one after the other: the usual paths and the address itself, in each
 * format that the credentials allow. All at the address's own scheme, host and port. An address with a path may be the
 * login's own, and is asked first; alone where it ends like a login, or has a query.
 */
export function loginRoutes(address: string, name: LoginName): LoginRoute[] {
  const formats = loginFormats(name);
  return addresses(new URL(address)).flatMap((url) => formats.map((format) => ({ url, format })));
}

function addresses(base: URL): string[] {
  const path = base.pathname.replace(/\/+$/, "");
  const itself = base.href;
  if (base.search !== "" || USUAL_PATHS.some((usual) => path.endsWith(usual))) return [itself];
  const usual = USUAL_PATHS.map((usual) => base.origin + joined(path, usual));
  return [...new Set(path === "" ? [...usual, itself] : [itself, ...usual])];
}

/** `/api` and `/api/login` meet in `/api/login`. */
function joined(path: string, usual: string): string {
  const [first = ""] = /^\/\w+/.exec(usual) ?? [];
  return path.endsWith(first) ? path + usual.slice(first.length) : path + usual;
}

function loginFormats({ username, client_id }: LoginName): LoginFormat[] {
  return [
    ...(username.includes("@") ? ["json_email" as const] : []),
    ...(username === "" ? [] : ["json_username" as const, "form" as const]),
    ...(client_id === "" ? [] : ["client_credentials" as const]),
  ];
}
