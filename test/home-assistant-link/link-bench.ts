import { afterEach, beforeEach, expect } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { UptimeClock } from "../../src/clock.ts";
import type { LinkTiming } from "../../src/home-assistant/link.ts";
import { Link } from "../../src/home-assistant/link.ts";
import type { LogRecord } from "../../src/log.ts";
import type { ReportedGeneration } from "../../src/keeper/account.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import type { HomeAssistantTarget } from "../../src/settings/settings.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { LinkStatus } from "../../src/state/picture.ts";
import type { CommandApi } from "../../src/utec/commands/command-api.ts";
import type { LinkDesks } from "../../src/home-assistant/commands/link-commands.ts";
import { MemoryActivity } from "../activity/house.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";
import { linkDesks } from "./commands/link-desks.ts";
import { FakeHomeAssistant } from "./fake-home-assistant.ts";

/** The link's own times, hundreds of times as fast; only what it gives up on leaves a busy machine some room. */
const FAST: LinkTiming = {
  paceMs: 10,
  coreStartingMs: 20,
  unreachableStepMs: 10,
  unreachableMostMs: 50,
  tokenRefusedMs: 60,
  handshakeMs: 2_000,
  callTimeoutMs: 2_000,
  pingEveryMs: 60,
  aliveEveryMs: 40,
  startingMs: 20,
  installingMs: 20,
  recheckMs: 60_000,
  refusedMs: 60_000,
  goodbyeMs: 50,
};

/** The time as it runs, in which what is waited for can be over at a test's word: no machine is too busy for that. */
class HurriedClock implements UptimeClock {
  readonly #waiting = new Map<() => void, number>();

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  uptime(): number {
    return systemClock.uptime();
  }

  after(ms: number, callback: () => void): () => void {
    const end = (): void => {
      if (!this.#waiting.delete(end)) return;
      cancel();
      callback();
    };
    const cancel = systemClock.after(ms, end);
    this.#waiting.set(end, ms);
    return () => {
      this.#waiting.delete(end);
      cancel();
    };
  }

  /** Ends now what would end after `ms`. */
  end(ms: number): void {
    const due = [...this.#waiting].filter(([, after]) => after === ms);
    for (const [end] of due) end();
  }
}

const OFFLINE: Pick<CommandApi, "submit" | "ended"> = {
  submit: () => Promise.reject(new Problem("device_offline", "Front door is offline.", { retryable: true })),
  ended: () => Promise.reject(new Problem("command_not_found", "No such command.")),
};

export interface LinkStart {
  readonly kind?: HomeAssistantTarget["kind"];
  readonly timing?: Partial<LinkTiming>;
  readonly page?: () => string | null;
  readonly pictureReady?: () => Promise<void>;
  readonly commands?: Pick<CommandApi, "submit" | "ended">;
  readonly accounts?: LinkDesks["accounts"];
  readonly devices?: LinkDesks["devices"];
}

/** A link and the Home Assistant that it dials, new for each test. */
export class LinkBench {
  readonly home = new FakeHomeAssistant();
  readonly picture = new LivePicture(aGateway());
  readonly activity = new MemoryActivity();
  readonly log: LogRecord[] = [];
  /** What the keeper heard of Home Assistant's memory, hello by hello. */
  readonly heard: ReadonlyMap<string, ReportedGeneration>[] = [];
  /** What the keeper does on it. */
  onHeard: () => void = () => {};
  /** How often Home Assistant was made to offer the gateway again. */
  announcedAgain = 0;
  readonly #clock = new HurriedClock();
  #link: Link | undefined;

  get link(): Link {
    if (!this.#link) throw new Error("start() comes first");
    return this.#link;
  }

  start({
    kind = "direct",
    timing,
    page = () => null,
    pictureReady,
    commands = OFFLINE,
    ...desks
  }: LinkStart = {}): void {
    const secrets = new Secrets();
    const sink = new LogSink({ level: "debug", format: "json", secrets, write: () => {} });
    sink.follow((record) => this.log.push(record));
    this.picture.update({ accounts: [anAccount()], devices: [aDevice()] });
    this.#link = new Link({
      ...linkDesks(this.picture, desks),
      activity: this.activity,
      target: { kind, url: this.home.url, token: this.home.token },
      gateway_id: aGateway().id,
      version: "0.1.0",
      page,
      picture: this.picture,
      ...(pictureReady ? { pictureReady } : {}),
      commands,
      witnessed: {
        checkGenerations: (told) => {
          this.heard.push(told);
          this.onHeard();
        },
      },
      announceAgain: () => (this.announcedAgain += 1),
      clock: this.#clock,
      log: sink.log,
      secrets,
      timing: { ...FAST, ...timing },
    });
    this.#link.start();
  }

  /** No call is waited for any longer. */
  callsTimeOut(): void {
    this.#clock.end(FAST.callTimeoutMs);
  }

  untilStatus(status: LinkStatus): Promise<void> {
    return this.#until(() => this.picture.gateway.link.status === status);
  }

  untilMessage(part: string): Promise<void> {
    return this.#until(() => this.picture.gateway.link.message.includes(part));
  }

  /** What the picture says to a person just now. */
  get message(): string {
    return this.picture.gateway.link.message;
  }

  /** The log's lines that hold `part`. */
  logged(part: string): LogRecord[] {
    return this.log.filter((record) => record.message.includes(part));
  }

  async #until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const end = this.picture.subscribe(() => {
        if (!condition()) return;
        end();
        resolve();
      });
    });
  }
}

/** Gives each test of a file a bench, and fails those after which a promise was rejected with nobody to hear it. */
export function benchForEach(): () => { bench: LinkBench; home: FakeHomeAssistant } {
  let bench = new LinkBench();
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(async () => {
    process.on("unhandledRejection", onUnhandled);
    bench = new LinkBench();
    await bench.home.start();
  });
  afterEach(async () => {
    await bench.link.stop("stopping", 0);
    await bench.home.stop();
    await new Promise(setImmediate);
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled.splice(0)).toEqual([]);
  });
  return () => ({ bench, home: bench.home });
}

/** A command of Home Assistant for the door, as an event. */
export function lockCommand(id: string, user: string | null = null): unknown {
  return {
    type: "command",
    id,
    name: "lock",
    target: { device_id: "door" },
    args: {},
    timeout_ms: 60_000,
    context: { user, automation: null },
  };
}
