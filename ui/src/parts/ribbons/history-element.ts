import type { PropertyDeclarations } from "lit";
import { ApiProblem } from "../../live/api.ts";
import type { Store } from "../../live/store.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** No more often than this, whatever changes. */
const PAUSE_MS = 3000;
/** So often it is looked whether a new day has begun. */
const LOOK_MS = 60_000;

/** An element that reads something of the past once it comes into sight, and again when that has changed. */
export abstract class HistoryElement<T> extends WordedElement {
  static override properties: PropertyDeclarations = {
    store: { attribute: false },
    read: { state: true },
    lost: { state: true },
  };
  declare store: Store;
  /** Null until it has come. */
  declare read: T | null;
  /** The last attempt to read it failed. */
  declare lost: boolean;
  #inSight = false;
  #version: string | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  readonly #observer = new IntersectionObserver(
    (entries) => {
      this.#inSight = entries.at(-1)?.isIntersecting ?? false;
      this.#readSoon(0);
    },
    { rootMargin: "200px" },
  );

  constructor() {
    super();
    this.read = null;
    this.lost = false;
  }

  /** What is to be shown: where it differs from what it was, all is read again. */
  protected abstract get version(): string;

  protected abstract load(): Promise<T>;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
    this.#looking = setInterval(() => this.#readSoon(0), LOOK_MS);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    clearInterval(this.#looking);
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    super.disconnectedCallback();
  }

  override updated(): void {
    this.#readSoon(this.#version === null ? 0 : PAUSE_MS);
  }

  #readSoon(ms: number): void {
    if (!this.#inSight || this.#waiting !== undefined || this.version === this.#version) return;
    this.#waiting = setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    this.#version = this.version;
    try {
      this.read = await this.load();
      this.lost = false;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // What was read before is still true of the past.
      this.lost = this.read === null;
    } finally {
      this.#waiting = undefined;
    }
  }
}

/** Names the day and the connection: the past grows by a day at midnight, and what happened without the gateway may be missing. */
export function pastVersion(store: Store): string {
  return `${store.visit} ${new Date(store.now()).toDateString()}`;
}
