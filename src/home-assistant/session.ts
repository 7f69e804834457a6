import type { ActivityReader } from "../activity/entry.ts";
import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { CommandApi } from "../utec/commands/command-api.ts";
import type { LinkDesks } from "./commands/link-commands.ts";
import type { Core } from "./connection/core.ts";
import { CoreError } from "./connection/core.ts";
import { parseEvent } from "./messages/events.ts";
import type { CommandEnd, GoodbyeReason } from "./messages/messages.ts";
import { alive, goodbye, listen, result } from "./messages/messages.ts";
import type { WarnOnce } from "./warn-once.ts";
import { Publisher } from "./publisher.ts";
import { Receiver } from "./receiver.ts";

/** What Home Assistant is told, and whom it asks. */
export interface LinkedHouse extends LinkDesks {
  readonly gateway_id: string;
  readonly picture: LivePicture;
  readonly commands: Pick<CommandApi, "submit" | "ended">;
  readonly activity: ActivityReader;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SessionParts extends LinkedHouse {
  readonly core: Core;
  /** Logs what this gateway does not understand once, however often it arrives. */
  readonly warnOnce: WarnOnce;
  readonly aliveEveryMs: number;
  /** For the event `session` after Home Assistant has accepted `listen`. */
  readonly openLimitMs: number;
  /** Called when Home Assistant has opened the session, before the first snapshot is sent. */
  readonly onOpen: () => void;
}

/** How a session ended: Home Assistant said goodbye, refused a message, or was silent. */
export type SessionEnd =
  | { readonly kind: "goodbye"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * One session of the link, from `listen` to its end. It never outlives its socket, and nothing that arrives or fails
 * after its end affects the next one.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #end = Promise.withResolvers<SessionEnd>();
  readonly #over = new AbortController();
  #id: string | undefined;
  #publisher: Publisher | undefined;
  #receiver: Receiver | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Resolves when the session has ended. @param signal aborts when the socket is gone */
  async run(signal: AbortSignal): Promise<SessionEnd> {
    const onLost = (): void => this.#finish({ kind: "failed", error: signal.reason });
    signal.addEventListener("abort", onLost, { once: true });
    let unsubscribe = async (): Promise<void> => {};
    try {
      unsubscribe = await this.#parts.core.subscribe(listen(this.#parts.gateway_id), (event) => this.#take(event));
      void this.#expectOpening();
    } catch (error) {
      this.#finish({ kind: "failed", error });
    }
    const end = await this.#end.promise;
    signal.removeEventListener("abort", onLost);
    await unsubscribe();
    return end;
  }

  /** Says goodbye before a planned stop. Never rejects; resolves at once where no session is open. */
  async goodbye(reason: GoodbyeReason, back_in_s: number): Promise<void> {
    if (!this.#id || this.#over.signal.aborted) return;
    this.#publisher?.stop();
    await this.#parts.core.call(goodbye(this.#id, reason, back_in_s)).catch(() => undefined);
  }

  #take(raw: unknown): void {
    if (this.#over.signal.aborted) return;
    const event = parseEvent(raw);
    switch (event.type) {
      case "session":
        this.#open(event.session);
        break;
      case "command":
        this.#receiver?.take(event.command);
        break;
      case "resync":
        this.#publisher?.resync();
        break;
      case "goodbye":
        this.#finish({ kind: "goodbye", reason: event.reason });
        break;
      case "unknown":
        this.#parts.warnOnce.warn(`Home Assistant sent ${event.what}, which this gateway does not know and ignores.`);
        break;
    }
  }

  #open(session: string): void {
    if (this.#id) return;
    this.#id = session;
    const { devices, onOpen } = this.#parts;
    this.#receiver = new Receiver({
      ...this.#parts,
      devices: {
        askNow: async (account_id) => {
          await devices.askNow(account_id);
          this.#publisher?.publishAges(account_id);
        },
        listNow: (account_id) => devices.listNow(account_id),
      },
      answer: (id, end) => void this.#answer(session, id, end),
    });
    this.#publisher = new Publisher({
      ...this.#parts,
      session,
      send: (message) => this.#parts.core.call(message),
      onFailure: (error) => this.#finish({ kind: "failed", error }),
    });
    onOpen();
    this.#publisher.start();
    void this.#stayAlive(session);
  }

  async #expectOpening(): Promise<void> {
    await sleep(this.#parts.clock, this.#parts.openLimitMs, this.#over.signal).catch(() => undefined);
    if (this.#id) return;
    const error = new CoreError("no_session", "Home Assistant accepted the link but opened no session.");
    this.#finish({ kind: "failed", error });
  }

  async #stayAlive(session: string): Promise<void> {
    try {
      for (;;) {
        await sleep(this.#parts.clock, this.#parts.aliveEveryMs, this.#over.signal);
        await this.#parts.core.call(alive(session));
      }
    } catch (error) {
      this.#finish({ kind: "failed", error });
    }
  }

  /** A result that is no longer accepted is dropped with its session. */
  async #answer(session: string, id: string, end: CommandEnd): Promise<void> {
    // Whoever waits for the result will read the state next.
    await this.#publisher?.caughtUp();
    if (this.#over.signal.aborted) return;
    try {
      await this.#parts.core.call(result(session, id, end));
    } catch (refusal) {
      const known = refusal instanceof CoreError;
      if (known && refusal.code === "unknown_session") this.#finish({ kind: "failed", error: refusal });
      else this.#parts.warnOnce.warn(`Home Assistant did not accept the result of a command: ${String(refusal)}`);
    }
  }

  #finish(end: SessionEnd): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#publisher?.stop();
    this.#end.resolve(end);
  }
}
