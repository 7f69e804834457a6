import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { isLoopback } from "../../loopback.ts";
import { Problem } from "../../problem.ts";
import { forwardedFor, isForwarded } from "./forwarded.ts";
import { PasswordCheck, basicPassword } from "./password-check.ts";
import { accessOf, refusalOf } from "./rights.ts";
import type { Access, Right, Standing } from "./rights.ts";
import type { Sessions } from "./sessions.ts";
import { phrase } from "../../said/phrase.ts";

/** Where the Supervisor's ingress requests come from (seen by running the Supervisor's own code). */
export const SUPERVISOR_ADDRESS = "172.30.32.2";

/** Whoever the guard let in. */
export interface Visitor {
  readonly by: "loopback" | "ingress" | "password";
  /** The Home Assistant user, where ingress names one. */
  readonly user_id: string | null;
  readonly user_name: string | null;
}

/** True: an administrator of Home Assistant. Null: Home Assistant could not be asked. */
export type AskAdmin = (user_id: string) => Promise<boolean | null>;

export interface AccessGuardOptions {
  /** The address whose requests are Home Assistant's ingress; null when not running as an add-on. */
  readonly ingressPeer: string | null;
  /** Required of everybody but ingress; null admits this machine only. */
  readonly password: string | null;
  /** Those who logged in with the password; null without a password. */
  readonly sessions: Sessions | null;
  readonly admins?: AskAdmin | undefined;
  /** Whether everybody whom ingress lets in may read what happened; only administrators act. */
  readonly membersReadActivity: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

type Asking = Pick<IncomingMessage, "socket" | "headers" | "httpVersion">;

/** The refusals that no password lifts. */
export const REFUSALS = {
  reserved: phrase("access_port_reserved"),
  proxied: phrase("access_forwarded"),
  this_machine: phrase("access_this_machine"),
} as const;

const LOCAL: Visitor = { by: "loopback", user_id: null, user_name: null };
const BY_PASSWORD: Visitor = { by: "password", user_id: null, user_name: null };
/** Refusals are logged once in this time: a scanner must not push everything else out of the log. */
const REFUSAL_LOGGED_EVERY_MS = 60_000;
const LONGEST_ADDRESS = 60;

/**
 * Decides who may come in, by the socket's own peer address and never by a header that anybody can write. Ingress
 * vouches for its users, so only there do the `X-Remote-User-*` headers count. Behind a reverse proxy on this machine
 * everybody seems to come from it: so this machine needs the password too, and without one nothing that was forwarded
 * is let in.
 */
export class AccessGuard {
  readonly sessions: Sessions | null;
  readonly #options: AccessGuardOptions;
  readonly #password: PasswordCheck | null;
  #refusalLoggedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AccessGuardOptions) {
    this.sessions = options.sessions;
    this.#options = options;
    this.#password = options.password === null ? null : new PasswordCheck(options.password, options.clock);
  }

  /** @throws Problem `unauthenticated`, `forbidden`, `rate_limited` */
  admit(request: Asking): Visitor {
    if (addressOf(request) === this.#options.ingressPeer) return ingressVisitor(request.headers);
    const refusal = this.#refusalOf(request);
    if (refusal !== null) throw this.#logged(request, refusal);
    if (this.#password === null) return LOCAL;
    this.#assertKnown(request, this.#password);
    return BY_PASSWORD;
  }

  /** Must the request give a password before it is let in? @throws Problem `forbidden` where none would help */
  mustLogIn(request: Asking): boolean {
    if (addressOf(request) === this.#options.ingressPeer) return false;
    const refusal = this.#refusalOf(request);
    if (refusal !== null) throw this.#logged(request, refusal);
    return this.#password !== null && !this.#hasSession(request);
  }

  /**
   * Checks the password from the form; returns the cookie of the new session.
   *
   * @throws Problem `unauthenticated`, `forbidden`, `rate_limited`
   */
  logIn(request: Asking, password: string): { readonly name: string; readonly value: string } {
    const refusal = this.#refusalOf(request);
    if (refusal !== null) throw this.#logged(request, refusal);
    if (this.#password === null || this.sessions === null) {
      throw new Problem("forbidden", phrase("access_no_password"));
    }
    this.#assertPassword(request, this.#password, password);
    return { name: this.sessions.cookie, value: this.sessions.begin() };
  }

  /** What somebody who was admitted may do: behind ingress Home Assistant is asked. Never rejects. */
  async accessOf(visitor: Visitor): Promise<Access> {
    return accessOf(await this.#standingOf(visitor), this.#options.membersReadActivity);
  }

  /** The refusal that no password can lift; null if there is none. */
  #refusalOf(request: Asking): Problem | null {
    const { ingressPeer, password } = this.#options;
    const isLocal = isLoopback(addressOf(request));
    if (ingressPeer !== null && (!isLocal || (password === null && isForwarded(request)))) {
      return new Problem("forbidden", REFUSALS.reserved);
    }
    if (password !== null || (isLocal && !isForwarded(request))) return null;
    return new Problem("forbidden", isLocal ? REFUSALS.proxied : REFUSALS.this_machine);
  }

  #assertKnown(request: Asking, check: PasswordCheck): void {
    if (this.#hasSession(request)) return;
    const given = basicPassword(request.headers.authorization);
    if (given === undefined) {
      throw new Problem("unauthenticated", phrase("access_password_needed"));
    }
    this.#assertPassword(request, check, given);
  }

  #assertPassword(request: Asking, check: PasswordCheck, password: string): void {
    try {
      check.assert({ address: addressOf(request), forwardedFor: forwardedFor(request.headers) }, password);
    } catch (error) {
      throw this.#logged(request, error);
    }
  }

  #hasSession({ headers }: Asking): boolean {
    return this.sessions?.isLive(headers.cookie) ?? false;
  }

  async #standingOf({ by, user_id }: Visitor): Promise<Standing> {
    if (by !== "ingress") return "administrator";
    if (user_id === null) return "unnamed";
    try {
      const admin = (await this.#options.admins?.(user_id)) ?? null;
      return admin === null ? "unconfirmed" : admin ? "administrator" : "member";
    } catch (error) {
      this.#options.log.warn("Home Assistant could not be asked who is an administrator.", { error });
      return "unconfirmed";
    }
  }

  #logged(request: Asking, refusal: unknown): unknown {
    const now = this.#options.clock.monotonic();
    if (now - this.#refusalLoggedAt < REFUSAL_LOGGED_EVERY_MS) return refusal;
    this.#refusalLoggedAt = now;
    this.#options.log.warn("A request was refused.", {
      address: addressOf(request),
      forwarded_for: forwardedFor(request.headers)?.slice(0, LONGEST_ADDRESS),
      reason: refusal instanceof Problem ? refusal.message : "internal",
    });
    return refusal;
  }
}

/** @throws Problem `forbidden` */
export function assertAllowed(access: Access, right: Right): void {
  const refusal = refusalOf(access, right);
  if (refusal === null) return;
  throw new Problem("forbidden", refusal, access.standing === "unconfirmed" ? { retryable: true } : {});
}

/** The peer's address; unwraps an IPv4-mapped address of a dual-stack socket. */
function addressOf({ socket }: Asking): string {
  const address = socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

function ingressVisitor(headers: IncomingHttpHeaders): Visitor {
  return {
    by: "ingress",
    user_id: headerText(headers["x-remote-user-id"]),
    user_name: headerText(headers["x-remote-user-display-name"]) ?? headerText(headers["x-remote-user-name"]),
  };
}

/** Node reads header bytes as Latin-1; the Supervisor writes names in UTF-8. */
function headerText(value: string | string[] | undefined): string | null {
  return typeof value === "string" && value.trim() !== "" ? Buffer.from(value, "latin1").toString("utf8") : null;
}
