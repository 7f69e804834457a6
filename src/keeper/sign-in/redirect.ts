import { bareCode } from "./bare-code.ts";
import { parametersOf } from "./redirect-parameters.ts";
import type { Parameters } from "./redirect-parameters.ts";
import { OWN_STATE_LENGTH, passagesOf } from "./passages.ts";
import { decoded, plainText } from "./plain-text.ts";

/** What a redirect, or what a person pasted of it, says. */
export type RedirectReading =
  /** `state` is null when only the code was pasted, or the cloud left it out. */
  | { readonly kind: "code"; readonly code: string; readonly state: string | null }
  /** The cloud ended the sign-in; `error` is null where it is no word that may be repeated. */
  | { readonly kind: "refused"; readonly error: string | null; readonly state: string | null }
  | { readonly kind: "unreadable"; readonly why: Unreadable };

/**
 * `cut_short`: it ends in the dots of something longer. `altered`: a program replaced a character of the code.
 * `sign_in_page`: the way there, not the way back.
 */
export type Unreadable = "empty" | "no_code" | "cut_short" | "altered" | "sign_in_page";

export interface RedirectReader {
  /** Names under which the code may come, best first. */
  readonly codeParameters: readonly string[];
  /** Where people sign in, which is often pasted instead. */
  readonly signInUrl: string | null;
  /** Whether a sign-in with this `state` is known; decides where a text can be read in several ways. */
  readonly knowsState?: (state: string) => boolean;
}

/** A mail with all its history is longer; what follows belongs to no address. In any script it fits into a request. */
export const LONGEST_PASTE = 16 * 1024;
/** An address that went through several programs is percent-encoded once by each. */
const MOST_LAYERS = 4;
const OWN_STATE = new RegExp(`^[\\w-]{${OWN_STATE_LENGTH}}`);

/**
 * Finds the code in whatever became of the redirected address on its way into the paste box: the address alone, amid
 * words, wrapped, encoded, as Markdown, JSON or HTML; a part of it; or the bare code. The page and the gateway both
 * read with it, so that they never differ.
 */
export function readRedirect(pasted: string, reader: RedirectReader): RedirectReading {
  const text = plainText(pasted.slice(0, LONGEST_PASTE));
  if (text === "") return { kind: "unreadable", why: "empty" };
  let layer = text;
  let unreadable: Unreadable | null = null;
  for (let depth = 0; depth < MOST_LAYERS; depth++) {
    const readings = passagesOf(layer).flatMap((passage) => readParameters(parametersOf(passage), reader) ?? []);
    const best = readings.toSorted((a, b) => rank(a, reader) - rank(b, reader))[0];
    if (best !== undefined && best.kind !== "unreadable") return best;
    unreadable ??= best?.why ?? null;
    layer = decoded(layer);
  }
  const code = bareCode(text);
  if (unreadable === null && code !== null) return { kind: "code", code, state: null };
  const otherwise = isSignInPage(layer, reader.signInUrl) ? "sign_in_page" : "no_code";
  return { kind: "unreadable", why: unreadable ?? otherwise };
}

function readParameters(parameters: Parameters, reader: RedirectReader): RedirectReading | null {
  const state = ownState(parameters.get("state")?.text ?? "", reader);
  const error = parameters.get("error")?.text;
  if (error !== undefined || (parameters.has("error_description") && !hasCode(parameters, reader))) {
    // Only what has the form of an error is repeated: the rest of a pasted text may hold anything.
    return { kind: "refused", error: error !== undefined && /^[a-z_]{2,40}$/.test(error) ? error : null, state };
  }
  const value = reader.codeParameters.map((name) => parameters.get(name)).find((found) => found !== undefined);
  if (value === undefined || value.text === "") return null;
  if (value.cutShort) return { kind: "unreadable", why: "cut_short" };
  if (value.altered) return { kind: "unreadable", why: "altered" };
  return { kind: "code", code: value.text, state };
}

function hasCode(parameters: Parameters, { codeParameters }: RedirectReader): boolean {
  return codeParameters.some((name) => parameters.has(name));
}

/** A `state` as the gateway made it, without the words that were glued to it where line ends were lost. */
function ownState(value: string, { knowsState }: RedirectReader): string | null {
  const state = value.replace(/[^\w-].*/s, "");
  if (state === "") return null;
  const own = OWN_STATE.exec(state)?.[0];
  return own === undefined || knowsState?.(state) === true ? state : own;
}

/** Lower is better. */
function rank(reading: RedirectReading, { knowsState }: RedirectReader): number {
  if (reading.kind === "unreadable") return 6;
  const { kind, state } = reading;
  const known = state !== null && (knowsState?.(state) ?? OWN_STATE.test(state));
  return (known ? 0 : state === null ? 2 : 4) + (kind === "code" ? 0 : 1);
}

function isSignInPage(text: string, signInUrl: string | null): boolean {
  const host = URL.parse(signInUrl ?? "")?.host;
  const addresses = [...text.matchAll(/https?:\/\/[^\s"'<>]+/gi)];
  return host !== undefined && addresses.some(([address]) => URL.parse(address)?.host === host);
}
