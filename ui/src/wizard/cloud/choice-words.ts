import type { Choice } from "./choice-field.ts";

/** What people are told of the words of the field's standards. */
const WORDS: Readonly<Record<string, readonly [label: string, about: string]>> = {
  authorization_code: ["Somebody signs in, in the browser", "Once; the gateway then keeps the sign-in alive."],
  device_code: ["Somebody signs in on another device", "By a code that is shown here; once."],
  client_credentials: ["The application itself", "With client ID and secret alone. Nobody has to sign in."],
  password: ["User name and password", "The gateway logs in whenever a new token is needed."],
  client_secret_post: ["In the body of the request", "client_secret_post: what most clouds take."],
  client_secret_basic: ["In the Authorization header", "client_secret_basic"],
  none: ["Not at all", "For public clients, which have no secret."],
};

/** How a login was asked. */
const FORMATS: Readonly<Record<string, string>> = {
  json_email: "JSON, with an e-mail address",
  json_username: "JSON, with a user name",
  form: "form",
  client_credentials: "form, with client ID and secret",
};

export function formatWord(format: string): string {
  return FORMATS[format] ?? format;
}

export function choiceOf(value: string): Choice {
  const [label, about] = WORDS[value] ?? [value, ""];
  return { value, label, about };
}
