import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/** Any cloud that gives a token for a user name and a password, sent as JSON or as a form. */
export function loginProvider(): Provider {
  return {
    ...STANDARD,
    id: "login",
    label: "the login at",
    title: "Login",
    purpose: "Any cloud that gives a token for a user name and a password.",
    grant: "password",
    fields: { required: ["url", "username", "password"], optional: [] },
    tokenInHeader: true,
  };
}
