import type { RedirectReading, Unreadable } from "./redirect.ts";

const UNREADABLE: Readonly<Record<Unreadable, string>> = {
  empty: "Nothing was pasted: after signing in, copy the whole address of the page that you land on, or only its code.",
  no_code:
    "There is no code in what was pasted: after signing in, copy the whole address of the page that you land on, or only its code.",
  cut_short:
    "The pasted text was cut short: it ends in dots. Copy the whole address again, from the browser's address bar.",
  altered:
    "Some program changed a character of the address, such as a hyphen: copy it again, from the browser's address bar.",
  sign_in_page:
    "This is the address of the sign-in page itself: sign in there first, then copy the address of the page that follows.",
};

/** Errors of the redirect that only another moment mends (RFC 6749, 4.1.2.1). */
const LATER: ReadonlySet<string | null> = new Set(["server_error", "temporarily_unavailable"]);
/** Errors that say that the gateway asked with something wrong. */
const MISCONFIGURED: ReadonlySet<string | null> = new Set([
  "invalid_client",
  "invalid_request",
  "invalid_scope",
  "redirect_uri_mismatch",
  "unauthorized_client",
  "unsupported_response_type",
]);

/** One sentence on what stands in the way of a sign-in; null where a code was found. */
export function redirectSentence(reading: RedirectReading, cloud: string): string | null {
  if (reading.kind === "code") return null;
  if (reading.kind === "unreadable") return UNREADABLE[reading.why];
  const { error } = reading;
  const said = `${cloud.charAt(0).toUpperCase()}${cloud.slice(1)} ended the sign-in with an error${error === null ? "" : ` (${error})`}`;
  if (LATER.has(error)) return `${said}: wait a moment, then start it again.`;
  if (MISCONFIGURED.has(error)) {
    return `${said}: compare client id and redirect URI with those that the cloud knows, then start it again.`;
  }
  return `${said}: start it again, and allow the access.`;
}
