import { jsonReply } from "../call.ts";
import type { Reply } from "../call.ts";

/** The shapes in which logins answer with a token. */
export const LOGIN_SHAPES = [
  "access_token",
  "token",
  "access",
  "auth_token",
  "jwt",
  "data",
  "result",
  "header",
] as const;
export type LoginShape = (typeof LOGIN_SHAPES)[number];

const SHAPES: Readonly<Record<LoginShape, (token: string, lifeS: number) => Reply>> = {
  access_token: (access_token, expires_in) => granted({ access_token, token_type: "Bearer", expires_in }),
  token: (token) => granted({ token }),
  access: (access) => granted({ access }),
  auth_token: (auth_token, lifeS) => granted({ auth_token, expires_in: String(lifeS) }),
  jwt: (jwt) => granted({ jwt }),
  data: (token) => granted({ success: true, data: { token } }),
  result: (accessToken, expiresIn) => granted({ code: 0, result: { accessToken, expiresIn } }),
  header: (token) => ({
    ...granted({ success: true }),
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  }),
};

/** A granted token in one of the shapes. */
export function loginAnswer(shape: LoginShape, token: string, lifeS: number): Reply {
  return SHAPES[shape](token, lifeS);
}

function granted(body: object): Reply {
  return jsonReply(200, body, "ok");
}
