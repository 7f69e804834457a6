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

export type RedirectTrouble = "later" | "misconfigured" | "refused";

/** What an error of the redirect asks for: patience, other settings, or another attempt. */
export function redirectTrouble(error: string | null): RedirectTrouble {
  if (LATER.has(error)) return "later";
  return MISCONFIGURED.has(error) ? "misconfigured" : "refused";
}

/** What of an account a sign-in failed at. */
export type FailedAt = "client" | "redirect_uri" | "sign_in";

/** @param code the gateway's; @param error the cloud's own word in its redirect; null where it has none */
export function failedAt(code: string, error: string | null): FailedAt {
  if (error === "redirect_uri_mismatch") return "redirect_uri";
  const isClient = error === "invalid_client" || error === "unauthorized_client";
  return isClient || code === "client_refused" || code === "misconfigured" ? "client" : "sign_in";
}

/** One sentence on what stands in the way of a sign-in; null where a code was found. */
export function redirectSentence(reading: RedirectReading, cloud: string): string | null {
  if (reading.kind === "code") return null;
  if (reading.kind === "unreadable") return UNREADABLE[reading.why];
  const { error } = reading;
  const said = `${cloud.charAt(0).toUpperCase()}${cloud.slice(1)} ended the sign-in with an error${error === null ? "" : ` (${error})`}`;
  switch (redirectTrouble(error)) {
    case "later":
      return `${said}: wait a moment, then start it again.`;
    case "misconfigured":
      return `${said}: compare client id and redirect URI with those that the cloud knows, then start it again.`;
    case "refused":
      return `${said}: start it again, and allow the access.`;
  }
}
