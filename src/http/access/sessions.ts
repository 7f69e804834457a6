import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";

/** A session as it is stored: neither the cookie nor the password can be read from it. */
export interface StoredSession {
  readonly hash: string;
  readonly ends_at: number;
}

/** Where sessions outlive a restart. */
export interface SessionStore {
  /** The stored sessions; none if they can't be read. */
  read(): readonly StoredSession[];
  /** Never throws: a session that can't be stored lasts until the gateway stops. */
  write(sessions: readonly StoredSession[]): void;
}

export interface SessionParts {
  readonly password: string;
  readonly gateway_id: string;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly random: Random;
}

export const SESSION_LIFE_MS = 30 * 24 * 3_600_000;
const ID_BYTES = 32;
/** Sessions kept at once; the oldest go. */
const SESSIONS_KEPT = 200;

/**
 * The sessions of those who logged in with the password. A session is a random id in a cookie; its hash is keyed with
 * the password, so that another password ends them all. It ends after 30 days, or when somebody logs out.
 */
export class Sessions {
  /** Browsers keep cookies by host, not by port: two gateways on one machine need two names. */
  readonly cookie: string;
  readonly #parts: SessionParts;
  readonly #endsAt: Map<string, number>;
  readonly #watchers = new Set<{ readonly hash: string; readonly ended: () => void }>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.cookie = `utec_gateway_${createHash("sha256").update(parts.gateway_id).digest("hex").slice(0, 8)}`;
    this.#endsAt = new Map(parts.store.read().map(({ hash, ends_at }) => [hash, ends_at]));
  }

  /** Begins a session; returns the cookie's value. */
  begin(): string {
    const id = this.#parts.random.bytes(ID_BYTES).toString("base64url");
    const now = this.#parts.clock.now();
    for (const [hash, ends_at] of this.#endsAt) if (ends_at <= now) this.#endsAt.delete(hash);
    this.#endsAt.set(this.#hash(id), now + SESSION_LIFE_MS);
    for (const hash of [...this.#endsAt.keys()].slice(0, -SESSIONS_KEPT)) this.#endsAt.delete(hash);
    this.#keep();
    return id;
  }

  /** Does one of the request's cookies belong to a live session? */
  isLive(cookies: string | undefined): boolean {
    return this.#liveHash(cookies) !== undefined;
  }

  /** Ends the session that the cookies hold, if any. */
  end(cookies: string | undefined): void {
    const hash = this.#liveHash(cookies);
    if (hash === undefined) return;
    this.#endsAt.delete(hash);
    this.#keep();
    for (const watcher of this.#watchers) if (watcher.hash === hash) watcher.ended();
  }

  /** Calls `onEnd` once when the session of these cookies ends; returns what ends the watch. */
  watch(cookies: string | undefined, onEnd: () => void): () => void {
    const hash = this.#liveHash(cookies);
    if (hash === undefined) return () => {};
    let cancelTimer = (): void => {};
    const unwatch = (): void => {
      cancelTimer();
      this.#watchers.delete(watcher);
    };
    const watcher = {
      hash,
      ended: (): void => {
        unwatch();
        onEnd();
      },
    };
    // A timer may fire before its time: none is longer than 24 days.
    const look = (): void => {
      const restMs = (this.#endsAt.get(hash) ?? 0) - this.#parts.clock.now();
      if (restMs <= 0) watcher.ended();
      else cancelTimer = this.#parts.clock.after(restMs, look);
    };
    this.#watchers.add(watcher);
    look();
    return unwatch;
  }

  #liveHash(cookies: string | undefined): string | undefined {
    return valuesOf(this.cookie, cookies)
      .map((id) => this.#hash(id))
      .find((hash) => (this.#endsAt.get(hash) ?? 0) > this.#parts.clock.now());
  }

  #hash(id: string): string {
    return createHmac("sha256", this.#parts.password).update(id).digest("base64url");
  }

  #keep(): void {
    this.#parts.store.write([...this.#endsAt].map(([hash, ends_at]) => ({ hash, ends_at })));
  }
}

/** A browser sends every cookie of the name that fits the path, and the first is not always the newest. */
function valuesOf(name: string, cookies = ""): string[] {
  return cookies
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${name}=`))
    .map((cookie) => cookie.slice(name.length + 1));
}
