/**
 * - `proxy_unreachable`: no connection to the proxy came about, or it broke;
 * - `proxy_wants_sign_in`: it wants a user name and a password, or others (407);
 * - `proxy_refused`: it answered, and opened no connection to the address.
 */
export type ProxyFailureCode = "proxy_unreachable" | "proxy_wants_sign_in" | "proxy_refused";

/** A proxy opened no way to the address: nothing has reached whoever was to be called. */
export class ProxyFailed extends Error {
  override readonly name = "ProxyFailed";
  readonly code: ProxyFailureCode;

  /** @param message the end of a sentence that names the proxy: "the proxy proxy.lan:3128 refused the connection" */
  constructor(code: ProxyFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Why there is no connection to the proxy itself, in the words of a sentence that begins with its name. */
export function unreachable(proxy: string, error: Error): ProxyFailed {
  const code = "code" in error ? String(error.code) : "";
  const [, words = "broke the connection"] = WORDS.find(([pattern]) => pattern.test(code)) ?? [];
  return new ProxyFailed(
    code.startsWith("HPE_") ? "proxy_refused" : "proxy_unreachable",
    `the proxy ${proxy} ${words}`,
    error,
  );
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, "refused the connection"],
  [/^ENOTFOUND$|^EAI_/, "can't be found by its name"],
  [/UNREACH$|^ENETDOWN$/, "can't be reached from here"],
  [/TIMEDOUT/, "did not answer in time"],
  [/CERT|SIGNATURE/, "showed a certificate that can't be trusted"],
  [/^ERR_(?:SSL|TLS)_|^EPROTO$/, "speaks no TLS: its address may have to begin with http://"],
  [/^HPE_/, "answered with something that is no HTTP"],
];

/** What a proxy says in place of opening a connection to `target` (host and port). */
export function refused(proxy: string, target: string, status: number, isSignedIn: boolean): ProxyFailed {
  const who = `the proxy ${proxy}`;
  if (status === 407) {
    const what = isSignedIn ? "does not accept the user name and password" : "wants a user name and a password";
    return new ProxyFailed("proxy_wants_sign_in", `${who} ${what} (407)`);
  }
  const what = status >= 500 ? "did not reach" : "does not let the gateway through to";
  return new ProxyFailed("proxy_refused", `${who} ${what} ${target} (${status})`);
}
