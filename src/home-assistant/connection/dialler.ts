import { ERR_INVALID_AUTH } from "home-assistant-js-websocket";
import { backoffMs } from "../../backoff.ts";
import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { CoreSocket } from "./socket.ts";
import { DialError } from "./socket.ts";

export interface DialWaits {
  /**
   * The least between two attempts, even after a good one: the Supervisor sends `auth_ok` before it has reached core.
   */
  readonly paceMs: number;
  /** After a 502. Always the same: Home Assistant is starting, and people wait for their doors. */
  readonly coreStartingMs: number;
  /** After no answer: grows by this much with each attempt ... */
  readonly unreachableStepMs: number;
  /** ... up to this. */
  readonly unreachableMostMs: number;
  /** After a refused token. Outside the Supervisor each one is a notification to people, and may end in a ban. */
  readonly tokenRefusedMs: number;
}

export function usualWaits(kind: "supervisor" | "direct"): DialWaits {
  return {
    paceMs: 1_000,
    coreStartingMs: 2_000,
    unreachableStepMs: 1_000,
    unreachableMostMs: 5_000,
    tokenRefusedMs: kind === "supervisor" ? 5_000 : 5 * 60_000,
  };
}

export interface DiallerOptions {
  /** One attempt. @throws DialError */
  readonly open: () => Promise<CoreSocket>;
  readonly clock: Clock;
  readonly waits: DialWaits;
  /** Called after each attempt that failed. */
  readonly onFailure: (failure: DialError) => void;
  /** Aborted when the gateway stops. */
  readonly signal: AbortSignal;
}

/**
 * Dials until Home Assistant answers: the retry policy of the link. That of home-assistant-js-websocket has no pace,
 * gives up for good after a refused token and cannot tell 502 from a dead host, so it only ever sees attempts that
 * succeed.
 */
export class Dialler {
  readonly #options: DiallerOptions;
  #lastAttempt = Number.NEGATIVE_INFINITY;

  constructor(options: DiallerOptions) {
    this.#options = options;
  }

  /**
   * Resolves with an authenticated socket, however long it takes.
   * @throws ERR_INVALID_AUTH once the gateway stops: the only rejection that ends the library's reconnecting
   */
  async dial(): Promise<CoreSocket> {
    const { open, clock, waits, onFailure, signal } = this.#options;
    let unreachable = 0;
    try {
      const early = this.#lastAttempt + waits.paceMs - clock.monotonic();
      if (early > 0) await sleep(clock, early, signal);
      signal.throwIfAborted();
      for (;;) {
        this.#lastAttempt = clock.monotonic();
        try {
          return await open();
        } catch (error) {
          signal.throwIfAborted();
          const failure = error instanceof DialError ? error : new DialError("unreachable", String(error), error);
          unreachable = failure.reason === "unreachable" ? unreachable + 1 : 0;
          onFailure(failure);
          await sleep(clock, Math.max(waits.paceMs, this.#waitAfter(failure, unreachable)), signal);
        }
      }
    } catch {
      throw ERR_INVALID_AUTH;
    }
  }

  #waitAfter(failure: DialError, unreachable: number): number {
    const { coreStartingMs, unreachableStepMs, unreachableMostMs, tokenRefusedMs } = this.#options.waits;
    switch (failure.reason) {
      case "core_starting":
        return coreStartingMs;
      case "token_refused":
        return tokenRefusedMs;
      case "unreachable":
        return backoffMs({ grows: "evenly", firstMs: unreachableStepMs, longestMs: unreachableMostMs }, unreachable);
    }
  }
}
