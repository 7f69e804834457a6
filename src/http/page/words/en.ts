/** What the pages say that the server writes by itself. */
export const ENGLISH = {
  log_in: "Log in",
  password: "Password",
  password_hint: "Use the one that was set as UTEC_GATEWAY_PASSWORD.",
  password_wrong: "The password is wrong: enter the one that was set as UTEC_GATEWAY_PASSWORD.",
  password_missing: "Enter the password that was set as UTEC_GATEWAY_PASSWORD.",
  password_wait: "Too many wrong passwords came from this address: wait a minute.",
  no_access: "No access",
  reserved: "This port is reserved for Home Assistant: open the gateway from the sidebar there.",
  proxied:
    "The request came through a proxy, so anybody may have sent it: set UTEC_GATEWAY_PASSWORD to reach the gateway that way.",
  this_machine: "The gateway answers this machine only: set UTEC_GATEWAY_PASSWORD to reach it from other machines.",
  not_signed_in: "Not signed in",
  another_sign_in:
    "This address belongs to another sign-in, or to one that is used up or older than 10 minutes: start the sign-in again.",
  no_code: "The cloud sent you back without a code: start the sign-in again.",
  refused: "The cloud ended the sign-in with an error: start it again, and allow the access.",
  failed: "The sign-in did not work: start it again.",
  nothing_changed: "Nothing was changed: whoever was signed in still is.",
  sign_in_again: "Sign in again",
  check_values: "Check the three values",
  nothing_here: "Nothing here",
  nothing_here_about: "The gateway has no page at this address.",
  open_gateway: "Open the gateway",
} as const;

export type PageWords = Readonly<Record<keyof typeof ENGLISH, string>>;
