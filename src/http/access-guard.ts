import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { isLoopback } from "../loopback.ts";
import { Problem } from "../problem.ts";
import { PasswordCheck } from "./password-check.ts";

/** Where the Supervisor's ingress requests come from (seen by running the Supervisor's own code). */
export const SUPERVISOR_ADDRESS = "172.30.32.2";

/** Somebody whom the guard let in. */
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
  /** Asked of everybody beyond this machine; null lets nobody in from there. */
  readonly password: string | null;
  readonly admins?: AskAdmin | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const LOCAL: Visitor = { by: "loopback", user_id: null, user_name: null };
const BY_PASSWORD: Visitor = { by: "password", user_id: null, user_name: null };
/** Refusals are logged this seldom: a scanner must not push everything else out of the log. */
const REFUSAL_LOGGED_EVERY_MS = 60_000;

/**
 * Who may come in, judged by the socket's own peer address and never by a header that anybody can write. Ingress vouches
 * for its users, so only there the `X-Remote-User-*` headers mean something.
 */
export class AccessGuard {
  readonly #options: AccessGuardOptions;
  readonly #password: PasswordCheck | null;
  #refusalLoggedAt = Number.NEGATIVE_INFINITY;

  constructor(options: AccessGuardOptions) {
    this.#options = options;
    this.#password = options.password === null ? null : new PasswordCheck(options.password, options.clock);
  }

  /** @throws Problem `unauthenticated`, `forbidden`, `rate_limited` */
  admit(request: IncomingMessage): Visitor {
    const address = plainAddress(request.socket.remoteAddress ?? "");
    if (address === this.#options.ingressPeer) return ingressVisitor(request.headers);
    if (isLoopback(address)) return LOCAL;
    try {
      this.#admitFromBeyond(address, request.headers.authorization);
      return BY_PASSWORD;
    } catch (error) {
      this.#logRefusal(address, error);
      throw error;
    }
  }

  /**
   * Looking is for everybody who was admitted; acting behind ingress is for administrators of Home Assistant.
   *
   * @throws Problem `forbidden`
   */
  async assertMayAct(visitor: Visitor): Promise<void> {
    if (visitor.by !== "ingress") return;
    if (visitor.user_id === null) {
      throw new Problem("forbidden", "Home Assistant did not say who you are: open the page from its sidebar again.");
    }
    const admin = await this.#isAdmin(visitor.user_id);
    if (admin === true) return;
    if (admin === false) {
      throw new Problem(
        "forbidden",
        "Only administrators of Home Assistant may change something here: ask one to do it.",
      );
    }
    throw new Problem(
      "forbidden",
      "Home Assistant could not be asked whether you are an administrator: try again when it is connected.",
      { retryable: true },
    );
  }

  #admitFromBeyond(address: string, authorization: string | undefined): void {
    if (this.#options.ingressPeer !== null) {
      throw new Problem("forbidden", "This port is Home Assistant's own: open the gateway from the sidebar there.");
    }
    if (this.#password === null) {
      throw new Problem(
        "forbidden",
        "The gateway answers this machine only: set UTEC_GATEWAY_PASSWORD to reach it from others.",
      );
    }
    this.#password.assert(address, authorization);
  }

  async #isAdmin(user_id: string): Promise<boolean | null> {
    try {
      return (await this.#options.admins?.(user_id)) ?? null;
    } catch (error) {
      this.#options.log.warn("Home Assistant could not be asked who is an administrator.", { error });
      return null;
    }
  }

  #logRefusal(address: string, error: unknown): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#refusalLoggedAt < REFUSAL_LOGGED_EVERY_MS) return;
    this.#refusalLoggedAt = now;
    this.#options.log.warn("A request was refused.", {
      address,
      reason: error instanceof Problem ? error.message : "internal",
    });
  }
}

/** An IPv4 peer of a dual-stack socket without its IPv6 clothes. */
function plainAddress(address: string): string {
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
  return typeof value === "string" && value !== "" ? Buffer.from(value, "latin1").toString("utf8") : null;
}
