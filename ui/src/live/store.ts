import type { ActivityEntry } from "../../../src/activity/entry.ts";
import { rightFor } from "../../../src/http/access/rights.ts";
import type { Access, Address } from "../../../src/http/access/rights.ts";
import type { SessionState } from "../../../src/http/api/session.ts";
import type { LogLevel, LogRecord } from "../../../src/log.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { Api, ApiProblem } from "./api.ts";
import { LiveFeed } from "./live-feed.ts";
import type { FeedMessage } from "./incoming/feed-message.ts";
import { refusalWords } from "./refusal-words.ts";
import { withChange } from "./picture-change.ts";

/** How many log records the page keeps. */
const LOG_RECORDS_KEPT = 2000;

/** What the browser's clock may drift before the gateway's is asked for anew. */
const CLOCK_JUMP_MS = 2000;

/** How many entries of the activity log a device's card is made from: each has its own. */
const RECENT_ENTRIES = 9;
const NONE: readonly ActivityEntry[] = [];

/** Everything that the page knows. Parts read it and are drawn again after each change; only the feed writes it. */
export class Store {
  readonly api = new Api(leaveForLogin);
  readonly #feed = new LiveFeed({
    message: (message) => this.#take(message),
    lost: (retryAt) => {
      this.#connected = false;
      this.#retryAt = retryAt + this.#clockAheadMs;
      // A socket does not say why it was refused; if the session has ended, asking leads to the login form.
      void this.#readSession();
      this.#notify();
    },
  });
  readonly #listeners = new Set<() => void>();
  #picture: Snapshot | null = null;
  #connected = false;
  #heardAt: number | null = null;
  #retryAt: number | null = null;
  #log: readonly LogRecord[] = [];
  #clockAheadMs = 0;
  #clockOverUptime = clockOverUptime();
  /** By device, newest first. */
  #recent = new Map<string, readonly ActivityEntry[]>();
  #knowsRecent = false;
  #visit = 0;
  #session: SessionState | null = null;
  #providers: readonly ProviderDescription[] | null = null;
  #access: Access | null = null;
  readonly #activityListeners = new Set<(entries: readonly ActivityEntry[]) => void>();

  /** Null until the first snapshot; then the latest one that was heard, however old. */
  get picture(): Snapshot | null {
    return this.#picture;
  }

  /** True while the live feed is connected, so that the picture is current. */
  get connected(): boolean {
    return this.#connected;
  }

  /** When the gateway was last heard; epoch ms. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  /** When the next attempt to reach the gateway is planned; null before the first one has failed. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** The gateway's time, epoch ms: the one that every time here is in. */
  now(): number {
    // The browser's clock was set, or it has slept.
    if (Math.abs(clockOverUptime() - this.#clockOverUptime) > CLOCK_JUMP_MS) void this.#setClock();
    return Date.now() + this.#clockAheadMs;
  }

  get log(): readonly LogRecord[] {
    return this.#log;
  }

  /** The newest of the activity log that concerns a device, newest first. */
  recentOf(deviceId: string): readonly ActivityEntry[] {
    return this.#recent.get(deviceId) ?? NONE;
  }

  /** False until the activity log has been asked for its newest: who has no entries yet may have some. */
  get knowsRecent(): boolean {
    return this.#knowsRecent;
  }

  /** How this page was let in; null until it is known. */
  get session(): SessionState | null {
    return this.#session;
  }

  /** The clouds that accounts may be of; null until they are known. */
  get providers(): readonly ProviderDescription[] | null {
    return this.#providers;
  }

  /** What Home Assistant says of who is looking, and what they may do; null until the first snapshot. */
  get access(): Access | null {
    return this.#access;
  }

  /** Why the gateway would refuse this to who is looking; null if it would not. The gateway's own tables say it. */
  refusal(method: "GET" | "POST", address: Address): string | null {
    const needed = rightFor(address, method);
    if (this.#access === null || needed === undefined || needed === "anybody") return null;
    return refusalWords(this.#access, needed);
  }

  /** Grows with each connection: what happened before it may have been missed. */
  get visit(): number {
    return this.#visit;
  }

  /** Calls `listener` with new entries of the activity log, oldest first; returns the end of it. */
  onActivity(listener: (entries: readonly ActivityEntry[]) => void): () => void {
    this.#activityListeners.add(listener);
    return () => this.#activityListeners.delete(listener);
  }

  start(): void {
    // Asked for beside the picture, not after it: its first ages are to be right.
    void this.#setClock();
    this.#feed.start();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  retryNow(): void {
    this.#feed.retryNow();
  }

  /** Follows the log from `level` up, beginning with its tail; null stops. Lines that nobody can send again are kept. */
  followLog(level: LogLevel | null): void {
    if (level !== null && this.#connected) this.#log = [];
    this.#feed.followLog(level);
    this.#notify();
  }

  #take(message: FeedMessage): void {
    this.#heardAt = this.now();
    switch (message.type) {
      case "snapshot": {
        const { access, ...picture } = message;
        // An updated gateway has an updated page.
        if (this.#picture !== null && this.#picture.gateway.version !== message.gateway.version) location.reload();
        this.#access = access;
        void this.#setClock();
        void this.#readRecent();
        void this.#readSession();
        void this.#readProviders();
        this.#visit += 1;
        this.#picture = picture;
        this.#connected = true;
        this.#retryAt = null;
        this.#log = [];
        break;
      }
      case "update":
        if (this.#picture) this.#picture = withChange(this.#picture, message);
        break;
      case "activity":
        this.#addRecent(message.entries);
        for (const listener of this.#activityListeners) listener(message.entries);
        break;
      case "log":
        this.#log = [...this.#log, ...message.records].slice(-LOG_RECORDS_KEPT);
        break;
      case "alive":
        break;
    }
    this.#notify();
  }

  /** What arrives while the log is being read is in both. */
  #addRecent(entries: readonly ActivityEntry[]): void {
    for (const [deviceId, own] of Map.groupBy(entries, ({ device_id }) => device_id)) {
      const all = new Map([...this.recentOf(deviceId), ...own].map((entry) => [entry.id, entry]));
      this.#recent.set(deviceId, [...all.values()].sort((a, b) => b.id - a.id).slice(0, RECENT_ENTRIES));
    }
  }

  /** If it fails, the cards show what happens from now on. */
  async #readRecent(): Promise<void> {
    if (this.refusal("GET", "/api/activity") !== null) {
      this.#recent.clear();
      return;
    }
    try {
      this.#addRecent(await this.api.latestActivity());
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
    this.#knowsRecent = true;
    this.#notify();
  }

  async #readSession(): Promise<void> {
    try {
      this.#session = await this.api.session();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
    this.#notify();
  }

  /** Asked again with the next connection where it fails. */
  async #readProviders(): Promise<void> {
    try {
      this.#providers ??= await this.api.providers();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
    this.#notify();
  }

  async #setClock(): Promise<void> {
    this.#clockOverUptime = clockOverUptime();
    try {
      this.#clockAheadMs = await this.api.clockAheadMs();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Stays the same while nobody sets the browser's clock. */
function clockOverUptime(): number {
  return Date.now() - performance.now();
}

/** What follows the `#` comes back with the page, so that people continue where they were. */
function leaveForLogin(): void {
  location.assign(`login${location.hash}`);
}
