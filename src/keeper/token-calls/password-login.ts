import type { CallRequest } from "./http-call.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import type { Provider } from "../providers/provider.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";
import { hasSenselessToken, readTokenAnswer } from "../answers/token-response.ts";

/** Where logins usually are; asked in this order, and only where the person gave no path. */
const USUAL_PATHS = [
  "/api/login",
  "/login",
  "/api/auth/login",
  "/auth/login",
  "/api/v1/auth/login",
  "/api/v1/login",
  "/api/token",
  "/token",
];

/** The ways in which a login is tried at set-up, the likeliest first: its own address, or the usual paths of its cloud. */
export function loginRoutes(address: string, username: string): LoginRoute[] {
  const { origin, pathname, search } = new URL(address);
  const own = pathname !== "/" || search !== "";
  const urls = own ? [address] : USUAL_PATHS.map((path) => origin + path);
  const fields = username.includes("@") ? (["email", "username"] as const) : (["username"] as const);
  const ways = (["json", "form"] as const).flatMap((format) => fields.map((user_field) => ({ format, user_field })));
  return urls.flatMap((url) => ways.map((way) => ({ url, ...way })));
}

export function loginRequest({ format, user_field }: LoginRoute, username: string, password: string): CallRequest {
  const said = { [user_field]: username, password };
  const type = format === "json" ? "application/json" : "application/x-www-form-urlencoded";
  return {
    method: "POST",
    headers: { accept: "application/json", "content-type": type },
    body: format === "json" ? JSON.stringify(said) : new URLSearchParams(said).toString(),
  };
}

/** RFC 7617, in UTF-8. */
export function basicRequest(username: string, password: string): CallRequest {
  const credentials = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return { method: "GET", headers: { accept: "application/json", authorization: `Basic ${credentials}` } };
}

const NO_SUCH_PAGE = new Set([404, 405, 410, 501]);
const ASKED_OTHERWISE = new Set([400, 406, 411, 415, 422]);

/**
 * What an answer says of the way in which it was asked. `page`: there is no login at this address; `way`: there may be
 * one that wants to be asked otherwise; null: this is the login, whatever it said.
 */
export function wrongWay(answer: RawAnswer, provider: Provider): "page" | "way" | null {
  if (NO_SUCH_PAGE.has(answer.status)) return "page";
  if (ASKED_OTHERWISE.has(answer.status)) return "way";
  const isLogin = readTokenAnswer(answer, provider) !== null || hasSenselessToken(answer, provider);
  return answer.status < 400 && !isLogin ? "page" : null;
}
