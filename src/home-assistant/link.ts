import { sleep } from "../clock.ts";
import type { GenerationCheck } from "../keeper/account.ts";
import type { Secrets } from "../log.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import { Administrators } from "./administrators.ts";
import type { Core, CoreCommand } from "./connection/core.ts";
import { CoreConnection, CoreError } from "./connection/core.ts";
import type { DialWaits } from "./connection/dialler.ts";
import { Dialler, usualWaits } from "./connection/dialler.ts";
import { EntryWatch } from "./set-up/entry-watch.ts";
import { parseHelloResult } from "./messages/events.ts";
import { LinkReport } from "./link-report.ts";
import type { GoodbyeReason } from "./messages/messages.ts";
import { PROTOCOL, hello } from "./messages/messages.ts";
import { WarnOnce } from "./warn-once.ts";
import { openStep } from "./set-up/open-step.ts";
import { lookAtCore } from "./set-up/situation.ts";
import { TakeOver } from "./set-up/take-over.ts";
import type { LinkedHouse, SessionEnd } from "./session.ts";
import { Session } from "./session.ts";
import { openSocket } from "./connection/socket.ts";
import type { HomeAssistantTarget } from "../settings/settings.ts";
import { phrase } from "../said/phrase.ts";

/** All in milliseconds. */
export interface LinkTiming extends DialWaits {
  readonly handshakeMs: number;
  readonly callTimeoutMs: number;
  readonly pingEveryMs: number;
  readonly aliveEveryMs: number;
  /** Between two checks of a Home Assistant that is starting. */
  readonly startingMs: number;
  /** Between two checks whether the integration has been installed or added, of which nothing tells. */
  readonly installingMs: number;
  /** Between two attempts while a person has something to do in Home Assistant; a change there is noticed at once. */
  readonly recheckMs: number;
  /** After a refusal that only another gateway, another version or another token can change. */
  readonly refusedMs: number;
  /** For the goodbye when stopping. */
  readonly goodbyeMs: number;
}

function usualTiming(kind: HomeAssistantTarget["kind"]): LinkTiming {
  return {
    ...usualWaits(kind),
    handshakeMs: 10_000,
    callTimeoutMs: 20_000,
    pingEveryMs: 30_000,
    aliveEveryMs: 15_000,
    startingMs: 2_000,
    installingMs: 10_000,
    recheckMs: 60_000,
    refusedMs: 5 * 60_000,
    goodbyeMs: 1_000,
  };
}

export interface LinkOptions extends LinkedHouse {
  readonly target: HomeAssistantTarget;
  readonly version: string;
  /** The add-on's slug, the page's URL or null, read at each hello: an add-on learns its slug while it runs. */
  readonly page: () => string | null;
  /** Resolves, soon, when the picture is worth showing: what it starts with may be too old. */
  readonly pictureReady?: () => Promise<void>;
  /** Receives what Home Assistant remembers of the accounts' tokens. */
  readonly witnessed: GenerationCheck;
  /** Makes Home Assistant offer the gateway again, which it does with an announcement once. */
  readonly announceAgain?: () => void;
  readonly secrets: Secrets;
  /** Through which a direct target is reached; default: straight. */
  readonly proxies?: ProxySettings | null;
  readonly timing?: Partial<LinkTiming>;
}

/**
 * The gateway's half of the link: keeps a connection to Home Assistant, opens a session on each of its sockets, and
 * reports in the picture how things stand. Whatever goes wrong ends in another attempt, never in a throw.
 */
export class Link implements Pick<Core, "call"> {
  readonly #options: LinkOptions;
  readonly #timing: LinkTiming;
  readonly #core: CoreConnection;
  readonly #administrators: Administrators;
  readonly #takeOver: TakeOver;
  readonly #report: LinkReport;
  readonly #warnOnce: WarnOnce;
  readonly #stopped = new AbortController();
  /** Aborted when the integration's entry changes: the next attempt can start at once. */
  #entryChanged = new AbortController();
  #session: Session | undefined;
  /** Since Home Assistant last offered the gateway or was linked: it is announced again once, not at each check. */
  #announcedAgain = false;

  constructor(options: LinkOptions) {
    const { target, clock, secrets, picture, proxies = null } = options;
    secrets.add(target.token);
    const log = options.log.part("link");
    this.#options = { ...options, log };
    this.#timing = { ...usualTiming(target.kind), ...options.timing };
    this.#warnOnce = new WarnOnce(log);
    this.#report = new LinkReport({ picture, clock, log, target });
    const { signal } = this.#stopped;
    const onBroken = (error: unknown): void => {
      log.error("A message from Home Assistant could not be handled: reconnecting.", { error });
    };
    const dialler = new Dialler({
      open: () => openSocket(target, { clock, timeoutMs: this.#timing.handshakeMs, signal, proxies, onBroken }),
      clock,
      waits: this.#timing,
      onFailure: (failure) => this.#report.dialFailed(failure),
      signal,
    });
    this.#core = new CoreConnection({
      dial: () => dialler.dial(),
      clock,
      callTimeoutMs: this.#timing.callTimeoutMs,
      pingEveryMs: this.#timing.pingEveryMs,
      onReady: (life) => void this.#serve(life),
      onLost: () => this.#report.lost(),
    });
    this.#administrators = new Administrators(this.#core, clock);
    this.#takeOver = new TakeOver({ ...options, core: this.#core, onChange: () => this.#entryChanged.abort() });
  }

  /** Starts linking, forever. Returns at once; the picture shows the progress. */
  start(): void {
    this.#report.say("connecting", phrase("link_connecting"));
    // Rejects only when the gateway stops before the first socket is open.
    void this.#core.open().catch(() => undefined);
  }

  /**
   * Says goodbye, so that entities keep their state for `back_in_s` seconds, and closes the connection. Never rejects,
   * and takes little more than a second whatever Home Assistant does.
   */
  async stop(reason: GoodbyeReason, back_in_s: number): Promise<void> {
    const limit = new AbortController();
    await Promise.race([
      this.#session?.goodbye(reason, back_in_s),
      sleep(this.#options.clock, this.#timing.goodbyeMs, limit.signal).catch(() => undefined),
    ]);
    limit.abort();
    this.#stopped.abort();
    this.#takeOver.end();
    this.#core.close();
  }

  /** Asks core something. @throws CoreError, `connection_lost` while there is no connection */
  call(command: CoreCommand): Promise<unknown> {
    return this.#core.call(command);
  }

  /** Null when core can't be asked. Never rejects. */
  isAdministrator(user_id: string): Promise<boolean | null> {
    return this.#administrators.isAdministrator(user_id);
  }

  /**
   * Opens one session after the other on one socket, until `life` is aborted because the socket is gone. Never rejects.
   */
  async #serve(life: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const watch = new EntryWatch(this.#core, () => this.#entryChanged.abort());
    try {
      for (;;) {
        const begun = clock.monotonic();
        this.#entryChanged = new AbortController();
        const { signal } = this.#entryChanged;
        const waitMs = await this.#attempt(life, watch);
        await sleep(clock, waitMs, AbortSignal.any([life, signal])).catch(() => undefined);
        await sleep(clock, begun + this.#timing.paceMs - clock.monotonic(), life);
      }
    } catch (error) {
      if (life.aborted) return;
      log.error("The link failed unexpectedly; it starts again.", { error });
      this.#core.reconnect();
    }
  }

  /** hello, listen, snapshot, live: until the session ends. @returns ms to wait before the next attempt */
  async #attempt(life: AbortSignal, watch: EntryWatch): Promise<number> {
    const { gateway_id, version, page, witnessed } = this.#options;
    try {
      const { protocol, integration_version, generations } = parseHelloResult(
        await this.#core.call(hello(gateway_id, version, page())),
      );
      if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
        throw new CoreError("unsupported_protocol", "No common protocol: update the gateway.");
      }
      this.#takeOver.end();
      // Before the snapshot, which shows the result.
      witnessed.checkGenerations(generations);
      await this.#options.pictureReady?.();
      life.throwIfAborted();
      const versions = { home_assistant_version: this.#core.homeAssistantVersion, integration_version };
      const session = new Session({
        ...this.#options,
        core: this.#core,
        warnOnce: this.#warnOnce,
        aliveEveryMs: this.#timing.aliveEveryMs,
        openLimitMs: this.#timing.callTimeoutMs,
        onOpen: () => {
          this.#announcedAgain = false;
          this.#report.linked(versions);
        },
      });
      this.#session = session;
      const end = await session.run(life);
      this.#session = undefined;
      life.throwIfAborted();
      return await this.#afterSession(end, watch);
    } catch (error) {
      return await this.#afterRefusal(error, watch);
    }
  }

  async #afterSession(end: SessionEnd, watch: EntryWatch): Promise<number> {
    if (end.kind === "failed") throw end.error;
    switch (end.reason) {
      case "unloaded":
        this.#report.say("connecting", phrase("link_unloaded"));
        await watch.start();
        return this.#timing.startingMs;
      case "replaced":
        // Never caused by ourselves: the end of an old socket of ours is sent to that socket.
        this.#report.say("other_gateway", phrase("link_same_identity"));
        return this.#timing.refusedMs;
      default:
        this.#report.say("connecting", phrase("link_ended", { detail: end.reason }));
        return 0;
    }
  }

  /** @returns ms to wait before the next attempt. @throws where no further attempt on this socket can help */
  async #afterRefusal(error: unknown, watch: EntryWatch): Promise<number> {
    if (!(error instanceof CoreError)) throw error;
    switch (error.code) {
      case "connection_lost":
      case "no_answer":
        throw error;
      case "unknown_session":
        this.#report.say("connecting", phrase("link_unknown_session"));
        return 0;
      case "unknown_command":
      case "not_set_up": {
        await watch.start();
        const step = openStep(await lookAtCore(this.#core, this.#options.gateway_id));
        this.#report.say(step.status, step.message, {
          home_assistant_version: this.#core.homeAssistantVersion,
          integration_version: null,
        });
        if (step.notOffered && !this.#announcedAgain) this.#options.announceAgain?.();
        this.#announcedAgain = step.notOffered;
        const { startingMs: moment, installingMs: soon, recheckMs: later } = this.#timing;
        return { moment, soon, later }[step.recheck];
      }
      case "other_gateway":
        await watch.start();
        this.#report.say("other_gateway", await this.#takeOver.offer());
        return this.#timing.refusedMs;
      case "unsupported_protocol":
        this.#report.say(
          "protocol_mismatch",
          phrase("link_protocol", { version: this.#options.version, detail: error.message }),
        );
        return this.#timing.refusedMs;
      case "unauthorized":
        this.#report.notAdministrator();
        return this.#timing.refusedMs;
      default:
        this.#report.say("connecting", phrase("link_refused", { code: error.code }));
        this.#warnOnce.warn(`Home Assistant refuses the link: ${error.code}, ${error.message}`);
        return this.#timing.recheckMs;
    }
  }
}
