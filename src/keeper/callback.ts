import { Problem } from "../problem.ts";
import type { Provider } from "./providers/provider.ts";

/** What a redirect, or what a person pasted of it, says. */
export interface Callback {
  readonly code: string;
  /** Null when only the code was pasted, or the cloud left it out. */
  readonly state: string | null;
}

const LONGEST_CODE = 4096;

/**
 * Reads the redirected URL, a part of it, or the bare code.
 * @throws Problem `callback_without_code`, `sign_in_refused`
 */
export function readCallback(pasted: string, provider: Provider): Callback {
  const text = tidy(pasted);
  const parameters = callbackParameters(text);
  if (parameters === null) {
    if (!/^[\w.~+/=-]+$/.test(text) || text.length > LONGEST_CODE) throw withoutCode();
    return { code: text, state: null };
  }
  const error = parameters.get("error");
  if (error !== null && error !== "") {
    throw new Problem(
      "sign_in_refused",
      `${provider.label.charAt(0).toUpperCase()}${provider.label.slice(1)} ended the sign-in with an error${errorName(error)}: start it again, and allow the access.`,
    );
  }
  const code = provider.codeParameters.map((name) => parameters.get(name)).find((value) => value);
  if (code === undefined || code === null) throw withoutCode();
  return { code, state: parameters.get("state") || null };
}

/** The state that a redirect carries, whatever else is in it; null without one. */
export function callbackState(pasted: string): string | null {
  return callbackParameters(tidy(pasted))?.get("state") || null;
}

/** Without what mail programs, chats and page sources put around and into an address. */
function tidy(pasted: string): string {
  return pasted
    .trim()
    .replace(/^["'<]+|["'>]+$/g, "")
    .replaceAll("&amp;", "&");
}

/** The parameters of a URL, its query or its fragment; null when `text` is none of these. */
function callbackParameters(text: string): URLSearchParams | null {
  const start = text.search(/[?#]/);
  if (start >= 0) return new URLSearchParams(text.slice(start + 1).replace(/[?#]/g, "&"));
  if (/^[\w.-]+=.*&|^(code|authorization_code|state|error)=/.test(text)) return new URLSearchParams(text);
  return URL.canParse(text) && /^[a-z][\w+.-]*:\/\//i.test(text) ? new URLSearchParams() : null;
}

/** Only what has the form of a code is repeated: the rest of a pasted text may hold anything. */
function errorName(error: string): string {
  return /^[a-z_]{2,40}$/.test(error) ? ` (${error})` : "";
}

function withoutCode(): Problem {
  return new Problem(
    "callback_without_code",
    "There is no code in what was pasted: after signing in, copy the whole address of the page that you land on, or only its code.",
    { field: "callback_url" },
  );
}
