import { html } from "lit";
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import { say, wordsOf } from "../words/language/words.ts";

type Elements = Readonly<Record<string, CustomElementConstructor>>;

/** Elements that a place needs and most visits do not: loaded once they are drawn. */
export class LatePart implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #load: () => Promise<Elements>;
  #asked = false;
  #lost = false;

  constructor(host: ReactiveControllerHost, load: () => Promise<Elements>) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  /** Who opens the place again, tries again. */
  hostConnected(): void {
    this.#asked = false;
    this.#lost = false;
  }

  /** Until it has come the browser draws nothing in its place; it does not come if the gateway was updated meanwhile. */
  draw(part: TemplateResult): TemplateResult {
    if (!this.#asked) {
      this.#asked = true;
      void this.#define();
    }
    return this.#lost ? html`<p role="alert">${say("page.part_lost")}</p>` : part;
  }

  async #define(): Promise<void> {
    try {
      // Their words come with them: without, a heading would be empty for a moment.
      const [elements] = await Promise.all([this.#load(), wordsOf("later")]);
      for (const [name, element] of Object.entries(elements)) {
        if (customElements.get(name) === undefined) customElements.define(name, element);
      }
    } catch {
      this.#lost = true;
      this.#host.requestUpdate();
    }
  }
}
