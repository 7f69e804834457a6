import type { LoginFormat } from "../account.ts";
import type { CallRequest } from "./http-call.ts";
import type { LoginCredentials } from "./login-routes.ts";

/** One login, as it is asked in a format. */
export function loginRequest(format: LoginFormat, credentials: LoginCredentials): CallRequest {
  const { username, password } = credentials;
  switch (format) {
    case "json_email":
      return posted("application/json", JSON.stringify({ email: username, password }));
    case "json_username":
      return posted("application/json", JSON.stringify({ username, password }));
    case "form":
      return form({
        grant_type: "password",
        username,
        ...(username.includes("@") ? { email: username } : {}),
        password,
        ...clientOf(credentials),
      });
    case "client_credentials":
      return form({ grant_type: "client_credentials", ...clientOf(credentials) });
  }
}

function clientOf({ client_id, client_secret, scope }: LoginCredentials): Record<string, string> {
  return { ...(client_id === "" ? {} : { client_id, client_secret }), ...(scope === null ? {} : { scope }) };
}

function form(fields: Record<string, string>): CallRequest {
  return posted("application/x-www-form-urlencoded", new URLSearchParams(fields).toString());
}

function posted(type: string, body: string): CallRequest {
  return { method: "POST", headers: { accept: "application/json", "content-type": type }, body };
}

/** RFC 7617, in UTF-8. */
export function basicRequest(username: string, password: string): CallRequest {
  const credentials = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return { method: "GET", headers: { accept: "application/json", authorization: `Basic ${credentials}` } };
}
