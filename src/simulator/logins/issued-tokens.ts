import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";

export type TokenFate = "good" | "expired" | "unknown";

/** The JWTs that a simulated login has issued. They are unsigned: the cloud knows its own. */
export class IssuedTokens {
  readonly #clock: Clock;
  readonly #random: Random;
  /** By token: when it ends (epoch ms). */
  readonly #ends = new Map<string, number>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(subject: string, lifeS: number): string {
    const iat = Math.floor(this.#clock.now() / 1000);
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { sub: subject, iat, exp: iat + lifeS, jti: this.#random.uuid() };
    const token = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${this.#random.bytes(16).toString("base64url")}`;
    this.#ends.set(token, (iat + lifeS) * 1000);
    return token;
  }

  get issued(): number {
    return this.#ends.size;
  }

  /** Of a request's `Authorization` header. */
  fateOf(authorization: string | undefined): TokenFate {
    const [, token = ""] = /^Bearer (\S+)$/i.exec(authorization ?? "") ?? [];
    const end = this.#ends.get(token);
    if (end === undefined) return "unknown";
    return end <= this.#clock.now() ? "expired" : "good";
  }

  /** Ends all of them early; returns how many. */
  expire(): number {
    const now = this.#clock.now();
    const living = [...this.#ends].filter(([, end]) => end > now);
    for (const [token] of living) this.#ends.set(token, now);
    return living.length;
  }
}
