import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { Problem } from "../../problem.ts";
import { networkOf } from "./network.ts";
import { TryLimit } from "./try-limit.ts";
import { phrase } from "../../said/phrase.ts";

const TRIES = 10;
/** Of everybody behind one proxy together: one guesser there must not keep the owner out, nor evade by a header. */
const TRIES_THROUGH_PROXY = 30;

/** Whoever offers a password. */
export interface PasswordAsker {
  /** The socket's own address. */
  readonly address: string;
  /** Whom the proxy at `address` forwards for; undefined if the request mentions none. */
  readonly forwardedFor: string | undefined;
}

/**
 * The one password of the gateway. Compared in constant time; wrong ones are counted by the socket's address, and
 * behind a proxy also by the address that it reports, which can only lower the limit.
 */
export class PasswordCheck {
  readonly #digest: Buffer;
  readonly #direct: TryLimit;
  readonly #proxies: TryLimit;
  readonly #throughProxies: TryLimit;

  constructor(password: string, clock: Clock) {
    this.#digest = digest(password);
    this.#direct = new TryLimit(TRIES, clock);
    this.#proxies = new TryLimit(TRIES_THROUGH_PROXY, clock);
    this.#throughProxies = new TryLimit(TRIES, clock);
  }

  /** @throws Problem `unauthenticated`, `rate_limited` */
  assert(asker: PasswordAsker, password: string): void {
    const limits = this.#limitsOf(asker);
    const waitMs = Math.max(...limits.map(([limit, name]) => limit.waitMs(name)));
    if (waitMs > 0) {
      throw new Problem("rate_limited", phrase("password_too_often"), {
        retryable: true,
        retry_after_s: Math.ceil(waitMs / 1000),
      });
    }
    if (timingSafeEqual(digest(password), this.#digest)) return;
    for (const [limit, name] of limits) limit.countFailure(name);
    throw new Problem("unauthenticated", phrase("password_wrong"));
  }

  #limitsOf({ address, forwardedFor }: PasswordAsker): readonly (readonly [limit: TryLimit, name: string])[] {
    const from = networkOf(address);
    if (forwardedFor === undefined) return [[this.#direct, from]];
    return [
      [this.#proxies, from],
      [this.#throughProxies, `${from} ${networkOf(forwardedFor)}`],
    ];
  }
}

/** The password in `Basic base64(user:password)` (RFC 7617), or undefined when there is none. */
export function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

/** Equal lengths for the comparison, whatever was typed; and an umlaut is one letter, however a keyboard composes it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text.normalize("NFC")).digest();
}
