import { isObject, parseJson } from "../../json.ts";
import { dataReply, emptyReply, htmlReply, jsonReply } from "../call.ts";
import type { Call, Reply } from "../call.ts";
import { amount, flag, listOf, number, oneOf, text } from "../settings/rules.ts";
import { loginAnswer, LOGIN_SHAPES } from "./login-answers.ts";
import type { LoginShape } from "./login-answers.ts";
import { LoginCloud, startLoginCloud } from "./login-cloud.ts";
import type {
  EndpointParts,
  LoginCloudKind,
  LoginCloudOptions,
  LoginCloudSettings,
  RunningLoginCloud,
} from "./login-cloud.ts";

const FORMATS = ["json_email", "json_username", "form", "client_credentials"] as const;
type Format = (typeof FORMATS)[number];

/** A simulated API with a login of its own, as many clouds have one: each at another path, each with other words. */
export interface LoginApiSettings extends LoginCloudSettings {
  /** Where the login is. */
  readonly path: string;
  /** How it wants to be asked; anything else is refused with 422. */
  readonly formats: readonly Format[];
  readonly shape: LoginShape;
  /** Each answer has the next shape. */
  readonly rotate_shapes: boolean;
  readonly username: string;
  readonly password: string;
  readonly client_id: string;
  readonly client_secret: string;
  /** How it says no to a wrong password: a status, or a success with an error inside. */
  readonly refusal: "401" | "401_empty" | "400_oauth" | "403" | "404_user" | "423" | "200_error";
  /** What stands at every other address. */
  readonly elsewhere: "404" | "page" | "401" | "redirect";
}

export const LOGIN_API_USER = { username: "ada@example.test", password: "simulated-password" } as const;
export const LOGIN_API_CLIENT = { client_id: "machine", client_secret: "simulated-secret" } as const;

/** What a token of it opens. */
export const LOGIN_API_DATA = "/api/readings";

const LOGIN_API: LoginCloudKind<LoginApiSettings> = {
  defaults: {
    ...LOGIN_API_USER,
    ...LOGIN_API_CLIENT,
    path: "/api/auth/login",
    formats: ["json_email"],
    shape: "access_token",
    rotate_shapes: false,
    refusal: "401",
    elsewhere: "404",
    token_life_s: 3600,
    clock_skew_ms: 0,
    outage: false,
  },
  shape: {
    path: text,
    formats: listOf(oneOf(...FORMATS)),
    shape: oneOf(...LOGIN_SHAPES),
    rotate_shapes: flag,
    username: text,
    password: text,
    client_id: text,
    client_secret: text,
    refusal: oneOf("401", "401_empty", "400_oauth", "403", "404_user", "423", "200_error"),
    elsewhere: oneOf("404", "page", "401", "redirect"),
    token_life_s: amount,
    clock_skew_ms: number,
    outage: flag,
  },
  endpoint: (path, parts) => {
    if (path === LOGIN_API_DATA) {
      return { where: "data", endpoint: (call) => ({ ...plain("readings"), act: () => readings(call, parts) }) };
    }
    const isLogin = path === parts.settings().path;
    return {
      where: "login",
      endpoint: (call) => ({
        ...plain(`${path} ${formatOf(call) ?? "other"}`),
        flight: "login",
        act: () => (isLogin ? logIn(call, parts) : ELSEWHERE[parts.settings().elsewhere]()),
      }),
    };
  },
};

/**
 *     const api = await startLoginApi({ settings: { path: "/api/login", formats: ["form"], shape: "header" } });
 *
 * @throws Problem `port_unusable`
 */
export function startLoginApi(
  options: LoginCloudOptions<LoginApiSettings> = {},
): Promise<RunningLoginCloud<LoginApiSettings>> {
  return startLoginCloud(LOGIN_API, options);
}

/** The same without a network. */
export function loginApiInMemory(options: LoginCloudOptions<LoginApiSettings> = {}): LoginCloud<LoginApiSettings> {
  return new LoginCloud(LOGIN_API, options);
}

type Parts = EndpointParts<LoginApiSettings>;

function plain(name: string): { readonly name: string; readonly refusals: object; readonly flight: null } {
  return { name, refusals: {}, flight: null };
}

function logIn(call: Call, { tokens, settings }: Parts): Reply {
  const { formats, username, password, client_id, client_secret, refusal, shape, rotate_shapes, token_life_s } =
    settings();
  const format = formatOf(call);
  if (call.method !== "POST") return jsonReply(405, { message: "Log in with POST." }, "method_not_allowed");
  if (format === null || !formats.includes(format)) {
    return jsonReply(422, { message: "A field is missing.", fields: [] }, "other_format");
  }
  const said = saidIn(call);
  const isClient = format === "client_credentials";
  const known = isClient
    ? said["client_id"] === client_id && said["client_secret"] === client_secret
    : (said["email"] ?? said["username"]) === username && said["password"] === password;
  if (!known) return REFUSALS[refusal](isClient);
  const token = tokens.issue(isClient ? client_id : username, token_life_s);
  const next = LOGIN_SHAPES[tokens.issued % LOGIN_SHAPES.length] ?? shape;
  return loginAnswer(rotate_shapes ? next : shape, token, token_life_s);
}

function readings({ headers }: Call, { clock, tokens }: Parts): Reply {
  const fate = tokens.fateOf(headers.authorization);
  if (fate !== "good") return jsonReply(401, { message: "No valid token was sent." }, fate);
  return dataReply({ at: clock.now(), degrees: 21 });
}

function saidIn({ headers, body }: Call): Readonly<Record<string, unknown>> {
  if (!isJson(headers)) return Object.fromEntries(new URLSearchParams(body));
  const said = parseJson(body);
  return isObject(said) ? said : {};
}

function formatOf(call: Call): Format | null {
  const said = saidIn(call);
  if (said["grant_type"] === "client_credentials") return "client_credentials";
  if (said["password"] === undefined) return null;
  if (!isJson(call.headers)) return "form";
  return said["email"] === undefined ? "json_username" : "json_email";
}

function isJson(headers: Call["headers"]): boolean {
  return headers["content-type"]?.startsWith("application/json") === true;
}

const REFUSALS: Readonly<Record<LoginApiSettings["refusal"], (client: boolean) => Reply>> = {
  "401": () =>
    jsonReply(401, { error: "invalid_credentials", message: "Wrong e-mail address or password." }, "refused"),
  "401_empty": () => emptyReply(401, "refused"),
  "400_oauth": (client) => jsonReply(400, { error: client ? "invalid_client" : "invalid_grant" }, "refused"),
  "403": () => jsonReply(403, { message: "Login failed." }, "refused"),
  "404_user": () => jsonReply(404, { message: "There is no such user." }, "refused"),
  "423": () => jsonReply(423, { message: "This user is locked." }, "refused"),
  "200_error": () => jsonReply(200, { success: false, message: "Incorrect password." }, "refused"),
};

const PAGE = "<!doctype html><title>App</title><h1>App</h1>";

const ELSEWHERE: Readonly<Record<LoginApiSettings["elsewhere"], () => Reply>> = {
  "404": () => jsonReply(404, { message: "Not Found" }, "not_found"),
  page: () => htmlReply(200, PAGE, "page"),
  "401": () => jsonReply(401, { message: "No authentication token was provided." }, "token_wanted"),
  redirect: () => ({ ...emptyReply(302, "redirect"), headers: { location: "https://elsewhere.example/" } }),
};
