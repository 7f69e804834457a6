/** How the modelled authorization server treats refresh tokens. */
export interface JudgeRules {
  /** Each refresh replaces the refresh token. */
  readonly rotates: boolean;
  /** For so long after its replacement the previous token is still taken. */
  readonly graceMs: number;
  /** A refresh token that was replaced, and comes again after its grace, ends the whole grant. */
  readonly reuseKills: boolean;
  /** Life of an access token; what the answer says of it may be nothing. */
  readonly lifeMs: number;
  readonly lifeStated: boolean;
  /** A refresh token that is not used for so long is dead; null: never. */
  readonly idleDeathMs: number | null;
  /** There is no sign-in page: a user name and a password bring a JWT, each time anew. Default: false. */
  readonly login?: boolean;
}

export interface IssuedPair {
  readonly access_token: string;
  /** Null where a login brings none. */
  readonly refresh_token: string | null;
}

interface Family {
  current: string;
  readonly replaced: Map<string, number>;
  usedAt: number;
  death: "revoked" | "reuse" | "idle" | null;
}

/** An answer of the token endpoint, and what it granted. */
export interface Verdict {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly granted: IssuedPair | null;
}

const CODE = /^code-(\d+)$/;

/**
 * A model of an OAuth server, without a network: it knows what it issued, what was used, and why a grant died. Its time
 * is the true one, whatever the gateway's clock says.
 */
export class Judge {
  readonly rules: JudgeRules;
  calls = 0;
  readonly #families: Family[] = [];
  readonly #codes = new Set<string>();
  readonly #accessEnds = new Map<string, number>();
  /** What the login takes. */
  password = "canary-password-0";
  #numbers = 0;

  constructor(rules: JudgeRules) {
    this.rules = rules;
  }

  /** A code as the sign-in page gives it to a person. */
  code(): string {
    const code = `code-${++this.#numbers}`;
    this.#codes.add(code);
    return code;
  }

  /** The person ends the grant at the cloud, or changes the password there. */
  revoke(): void {
    this.password = `canary-password-${++this.#numbers}`;
    const family = this.#families.at(-1);
    if (family !== undefined) family.death ??= "revoked";
  }

  /** The token endpoint acts on a request that arrives at `now`. */
  act(form: URLSearchParams, now: number): Verdict {
    this.calls++;
    return form.get("grant_type") === "refresh_token"
      ? this.#refresh(form.get("refresh_token") ?? "", now)
      : this.#redeem(form.get("code") ?? "", now);
  }

  /** The login acts on a request that arrives at `now`. */
  logIn(password: string, now: number): Verdict {
    this.calls++;
    if (password !== this.password) return { status: 401, body: { error: "invalid credentials" }, granted: null };
    const { lifeMs, lifeStated } = this.rules;
    const iat = Math.floor(now / 1000);
    const claims = lifeStated ? { iat, exp: iat + lifeMs / 1000 } : {};
    const payload = Buffer.from(JSON.stringify({ ...claims, jti: ++this.#numbers })).toString("base64url");
    const granted = { access_token: `header.${payload}.signature`, refresh_token: null };
    this.#accessEnds.set(granted.access_token, now + lifeMs);
    return { status: 200, body: { token: granted.access_token }, granted };
  }

  /** Would this refresh token be taken now? */
  takes(refresh_token: string, now: number): boolean {
    const family = this.#familyOf(refresh_token);
    if (family === undefined) return false;
    this.#age(family, now);
    return family.death === null && now <= (family.replaced.get(refresh_token) ?? Infinity) + this.rules.graceMs;
  }

  /** Would the cloud's API take this access token now? */
  accepts(access_token: string, now: number): boolean {
    return now < (this.#accessEnds.get(access_token) ?? 0);
  }

  #redeem(code: string, now: number): Verdict {
    if (!CODE.test(code) || !this.#codes.delete(code)) return refused("invalid_grant");
    const family: Family = { current: "", replaced: new Map(), usedAt: now, death: null };
    this.#families.push(family);
    return this.#issue(family, now);
  }

  #refresh(token: string, now: number): Verdict {
    const family = this.#familyOf(token);
    if (family === undefined) return refused("invalid_grant");
    this.#age(family, now);
    if (family.death !== null) return refused("invalid_grant");
    if (!this.takes(token, now)) {
      if (this.rules.reuseKills) family.death = "reuse";
      return refused("invalid_grant");
    }
    return this.#issue(family, now);
  }

  #issue(family: Family, now: number): Verdict {
    const number = ++this.#numbers;
    family.usedAt = now;
    if (this.rules.rotates || family.current === "") {
      if (family.current !== "") family.replaced.set(family.current, now);
      family.current = `refresh-token-${number}`;
    }
    const granted = { access_token: `access-token-${number}`, refresh_token: family.current };
    this.#accessEnds.set(granted.access_token, now + this.rules.lifeMs);
    const life = this.rules.lifeStated ? { expires_in: Math.round(this.rules.lifeMs / 1000) } : {};
    return { status: 200, body: { token_type: "Bearer", ...granted, ...life }, granted };
  }

  #familyOf(token: string): Family | undefined {
    return this.#families.findLast((family) => family.current === token || family.replaced.has(token));
  }

  #age(family: Family, now: number): void {
    const { idleDeathMs } = this.rules;
    if (idleDeathMs !== null && now - family.usedAt > idleDeathMs) family.death ??= "idle";
  }
}

function refused(error: string): Verdict {
  return { status: 400, body: { error }, granted: null };
}
