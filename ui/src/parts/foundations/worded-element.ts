import { LitElement } from "lit";
import { onWords } from "../../words/language/words.ts";

/** An element with words: drawn again when the reader chooses another language. */
export class WordedElement extends LitElement {
  #forget: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forget = onWords(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.#forget();
    super.disconnectedCallback();
  }
}
