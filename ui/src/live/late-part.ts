import { html } from "lit";
import type { LitElement, ReactiveController, TemplateResult } from "lit";
import { needWords } from "../words/language/words.ts";
import { keep, readKept } from "./kept/kept.ts";

/** A part that did not arrive is asked for again so much later, by itself: Home Assistant around the page may have been restarting. */
const AGAIN_MS = 4000;
/** The page is loaded again by itself no more often. */
const RELOADED_EVERY_MS = 60_000;
const RELOADED_AT = "utec-gateway.reloaded-at";

type Elements = Readonly<Record<string, CustomElementConstructor>>;

/** Elements that a place needs and most visits do not: loaded, with their words, once they are drawn. */
export class LatePart implements ReactiveController {
  readonly #host: LitElement;
  readonly #load: () => Promise<Elements>;
  #state: "unasked" | "asked" | "there" | "lost" = "unasked";
  #timer: number | undefined;

  constructor(host: LitElement, load: () => Promise<Elements>) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  /** Who opens the place again, tries again. */
  hostConnected(): void {
    if (this.#state === "lost") this.#state = "unasked";
  }

  hostDisconnected(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Until it has come, a note in its place says so. */
  draw(part: TemplateResult): TemplateResult {
    if (this.#state === "there") return part;
    this.fetch();
    if (this.#state === "lost") this.#againByItself();
    return html`<utec-late-state .lost=${this.#state === "lost"} .again=${this.#again}></utec-late-state>`;
  }

  /** Loads it if nobody has yet. Where that fails, it is asked for again when it is drawn, and then by itself. */
  fetch(): void {
    if (this.#state !== "unasked") return;
    this.#state = "asked";
    this.#define().catch(() => {
      this.#state = "lost";
      this.#host.requestUpdate();
    });
  }

  #againByItself(): void {
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      this.#define().catch(async () => {
        // A browser may remember that a file did not come.
        if ((await isReached()) && mayReload()) location.reload();
        else this.#host.requestUpdate();
      });
    }, AGAIN_MS);
  }

  readonly #again = async (): Promise<void> => {
    try {
      await this.#define();
    } catch {
      // A browser may remember that a file did not come, and the gateway may have other files by now.
      if (await isReached()) location.reload();
      return;
    }
    // The button that had the focus is gone.
    await this.#host.updateComplete;
    this.#host.renderRoot.querySelector<HTMLElement>("[tabindex='-1']")?.focus();
  };

  async #define(): Promise<void> {
    const [elements] = await Promise.all([this.#load(), needWords("later")]);
    for (const [name, element] of Object.entries(elements)) {
      if (customElements.get(name) === undefined) customElements.define(name, element);
    }
    this.#state = "there";
    this.#host.requestUpdate();
  }
}

function mayReload(): boolean {
  const before = Number(readKept(RELOADED_AT, "tab") ?? 0);
  if (Math.abs(Date.now() - before) < RELOADED_EVERY_MS) return false;
  keep(RELOADED_AT, String(Date.now()), "tab");
  return true;
}

async function isReached(): Promise<boolean> {
  try {
    return (await fetch("health/live", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
