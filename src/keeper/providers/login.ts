import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/**
 * Any cloud that gives a token for a user name (or e-mail address) and a password, or for a client's id and secret. How it
 * wants to be asked is found out once; a static token may stand in.
 */
export function loginProvider(): Provider {
  return {
    ...STANDARD,
    id: "login",
    label: "the login at",
    title: "Login",
    purpose: "Any cloud that gives a token for a user name and a password.",
    grant: "password",
    fields: {
      required: ["url"],
      optional: [
        "username",
        "password",
        "client_id",
        "client_secret",
        "scope",
        "token",
        "api_url",
        "token_in",
        "kept_answers_s",
      ],
      oneOf: [
        ["username", "password"],
        ["client_id", "client_secret"],
      ],
    },
    tokenInHeader: true,
  };
}
