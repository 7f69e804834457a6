import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { Problem } from "../problem.ts";

const TRIES = 10;
const WINDOW_MS = 60_000;
/** Addresses remembered at once; a bound, so that a scanner cannot fill the memory. */
const ADDRESSES_KEPT = 1000;

interface Window {
  readonly endsAt: number;
  failures: number;
}

/**
 * The one password of a gateway that others can reach, as HTTP Basic (any user name). Compared in constant time; ten
 * wrong tries from one address close the door to it for the rest of the minute.
 */
export class PasswordCheck {
  readonly #digest: Buffer;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(password: string, clock: Clock) {
    this.#digest = digest(password);
    this.#clock = clock;
  }

  /** @throws Problem `unauthenticated`, `rate_limited` */
  assert(address: string, authorization: string | undefined): void {
    const window = this.#windowOf(address);
    if (window && window.failures >= TRIES) {
      throw new Problem("rate_limited", "Too many wrong passwords came from this address: wait a minute.", {
        retryable: true,
        retry_after_s: Math.ceil((window.endsAt - this.#clock.monotonic()) / 1000),
      });
    }
    const password = basicPassword(authorization);
    if (password !== undefined && timingSafeEqual(digest(password), this.#digest)) return;
    if (password !== undefined) this.#countFailure(address, window);
    throw new Problem(
      "unauthenticated",
      password === undefined
        ? "A password is needed: any user name, and the password of UTEC_GATEWAY_PASSWORD."
        : "The password is wrong: it is the one of UTEC_GATEWAY_PASSWORD.",
    );
  }

  #windowOf(address: string): Window | undefined {
    const window = this.#windows.get(address);
    return window && window.endsAt > this.#clock.monotonic() ? window : undefined;
  }

  #countFailure(address: string, window: Window | undefined): void {
    if (window) {
      window.failures += 1;
      return;
    }
    this.#windows.delete(address);
    this.#windows.set(address, { endsAt: this.#clock.monotonic() + WINDOW_MS, failures: 1 });
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > ADDRESSES_KEPT && oldest !== undefined) this.#windows.delete(oldest);
  }
}

/** Equal lengths for the comparison, whatever was typed. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The password in `Basic base64(user:password)` (RFC 7617), or undefined when there is none. */
function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}
